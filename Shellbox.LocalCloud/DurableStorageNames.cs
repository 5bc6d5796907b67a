namespace Shellbox.LocalCloud;

/// <summary>What each <see cref="DurableStorage"/> is called: on the command line, in host.json, for people.</summary>
public static class DurableStorageNames
{
    /// <summary>The setting of the local host that chooses, as an environment variable.</summary>
    public const string Setting = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type";

    /// <summary>The values of the option <c>--durable</c>, the default first.</summary>
    public static OrderedDictionary<string, DurableStorage> OnCommandLine { get; } =
        new() { ["azure-storage"] = DurableStorage.AzureStorage, ["sqlite"] = DurableStorage.Sqlite };

    /// <summary>The value of <c>storageProvider.type</c>.</summary>
    public static string InHostJson(DurableStorage storage) => storage == DurableStorage.Sqlite ? "sqlite" : "AzureStorage";

    public static string ForPeople(DurableStorage storage) => storage == DurableStorage.Sqlite ? "SQLite" : "Azure Storage";
}
