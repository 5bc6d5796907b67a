using Shellbox.Tests;
using Shellbox.Tests.Durable.Crash;
using Shellbox.Tests.Functions;
using Shellbox.Tests.Guest;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Shellbox.Tests;

/// <summary>Begins with the classes that take longest: one that began last would run alone at the end, with a processor idle beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        typeof(SavedStateTests).FullName!,
        typeof(ConnectFailureTests).FullName!,
        typeof(KillTests).FullName!,
        typeof(InstanceLifeTests).FullName!,
        typeof(ConnectRaceTests).FullName!,
        typeof(ConnectLatencyTests).FullName!,
        typeof(BackgroundTests).FullName!,
        typeof(ConnectTests).FullName!,
        typeof(HoldTests).FullName!,
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Array.FindIndex(Longest, name => c.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is var place and >= 0 ? place : Longest.Length)];
}
