namespace Shellbox.LocalHost.Durable;

/// <summary>The keys of host.json's <c>storageProvider</c> when its type is sqlite, beside <c>type</c>.</summary>
internal static class SqliteOptions
{
    /// <summary>The file, by default <c>durable.db</c>; a relative path is one in the host's state directory.</summary>
    public const string DatabasePath = "databasePath";

    /// <summary>The same key by its full name, for people.</summary>
    public const string DatabasePathInFull = "extensions.durableTask.storageProvider." + DatabasePath;
}
