using Shellbox.Embedded.Engine;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>A function as the engine sees an activity.</summary>
internal sealed class ActivityFunction(FunctionInvoker invoker) : IActivityFunction
{
    public string Name => invoker.Function.Name;

    public Task<string?> RunAsync(string instanceId, string? input, CancellationToken cancellation) => invoker.InvokeAsync(
        new InvocationInput(input, new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = instanceId }),
        static (_, result) => Task.FromResult(Json.Serialize(result)),
        cancellation);
}
