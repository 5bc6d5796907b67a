using System.Reflection;
using Shellbox.LocalCloud;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Shellbox.Tests.Fixtures;

/// <summary>Runs a test on each storage provider: it gets the provider, then the values that are given here.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachProviderAttribute(params object[] values) : DataAttribute
{
    private static readonly DurableStorage[] Providers = [DurableStorage.AzureStorage, DurableStorage.Sqlite];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Providers.Select(provider => new TheoryDataRow([provider, .. values]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
