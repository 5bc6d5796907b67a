using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>The binding data of one invocation.</summary>
internal sealed class InvocationBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => data;
}
