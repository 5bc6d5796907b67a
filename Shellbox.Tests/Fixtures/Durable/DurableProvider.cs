using Shellbox.LocalCloud;

namespace Shellbox.Tests.Fixtures;

/// <summary>Where the orchestrations of the tests' apps are kept: what holds for one provider is to hold for the other.</summary>
internal static class DurableProvider
{
    /// <summary>The traits' words for each.</summary>
    public const string AzureStorage = "AzureStorage";

    public const string Sqlite = "sqlite";

    /// <summary>
    /// The trait of a test that is not just run on what the run asks for. Its value is the provider that it runs on alone, or <see
    /// cref="Both"/>.
    /// </summary>
    public const string Trait = "durable";

    /// <summary>What CI, which runs everything on SQLite, repeats on Azure Storage.</summary>
    public const string Both = "both";

    /// <summary>What this run is for; <c>./shellbox test --durable</c> says it.</summary>
    public static DurableStorage OfRun { get; } =
        Environment.GetEnvironmentVariable("SHELLBOX_TESTS_DURABLE") switch
        {
            null or "" => DurableStorage.Sqlite,
            var name when DurableStorageNames.OnCommandLine.TryGetValue(name, out var storage) => storage,
            var other => throw new InvalidOperationException(
                $"SHELLBOX_TESTS_DURABLE is '{other}'; it is one of {string.Join(" and ", DurableStorageNames.OnCommandLine.Keys)}."
            ),
        };
}
