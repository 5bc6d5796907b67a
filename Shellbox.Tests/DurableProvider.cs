namespace Shellbox.Tests;

/// <summary>Where the orchestrations of the tests' apps are kept: what holds for one provider is to hold for the other.</summary>
internal static class DurableProvider
{
    /// <summary>The setting of the local host that chooses.</summary>
    public const string Setting = "AzureFunctionsJobHost:extensions:durableTask:storageProvider:type";

    public const string AzureStorage = "AzureStorage";

    public const string Sqlite = "sqlite";

    /// <summary>The trait of a test that runs on one of them alone, whatever the run asks for; its value is the provider.</summary>
    public const string Trait = "durable";

    /// <summary>What this run is for; <c>./shellbox test --durable</c> says it.</summary>
    public static string OfRun { get; } = Environment.GetEnvironmentVariable("SHELLBOX_TESTS_DURABLE") switch
    {
        null or "" or "sqlite" => Sqlite,
        "azure-storage" => AzureStorage,
        var other => throw new InvalidOperationException($"SHELLBOX_TESTS_DURABLE is '{other}'; it is one of sqlite and azure-storage."),
    };
}
