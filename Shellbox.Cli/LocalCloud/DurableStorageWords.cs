namespace Shellbox.Cli.LocalCloud;

/// <summary>What <see cref="DurableStorage"/> is called in commands and in host.json.</summary>
internal static class DurableStorageWords
{
    /// <summary>The setting of the local host that chooses, as an environment variable.</summary>
    public const string Setting = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type";

    /// <summary>The words of the commands, the default first.</summary>
    public static OrderedDictionary<string, DurableStorage> Options { get; } =
        new() { ["azure-storage"] = DurableStorage.AzureStorage, ["sqlite"] = DurableStorage.Sqlite };

    /// <summary>The value of <see cref="Setting"/>.</summary>
    public static string TypeOf(DurableStorage storage) => storage == DurableStorage.Sqlite ? "sqlite" : "AzureStorage";

    /// <summary>For people.</summary>
    public static string NameOf(DurableStorage storage) => storage == DurableStorage.Sqlite ? "SQLite" : "Azure Storage";
}
