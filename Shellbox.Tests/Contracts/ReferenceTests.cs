using Xunit;

namespace Shellbox.Tests.Contracts;

public sealed class ReferenceTests
{
    [Fact]
    public void The_contracts_stand_on_nothing_but_the_runtime() =>
        Assert.All(
            typeof(BoxKey).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal)
        );
}
