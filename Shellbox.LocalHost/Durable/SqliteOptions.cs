namespace Shellbox.LocalHost.Durable;

/// <summary>The keys of host.json's <c>storageProvider</c> when its type is sqlite, beside <c>type</c>.</summary>
internal sealed class SqliteOptions
{
    public const string Section = "extensions.durableTask.storageProvider";

    /// <summary>The file, by default <c>durable.db</c>; a relative path is one in the host's state directory.</summary>
    public string? DatabasePath { get; set; }
}
