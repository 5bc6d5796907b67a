using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>A function as the engine sees an orchestrator.</summary>
internal sealed class OrchestratorFunction(FunctionInvoker invoker) : IOrchestratorFunction
{
    public string Name => invoker.Function.Name;

    public Task<object?> RunAsync(TaskOrchestrationContext context) => invoker.RunOrchestratorAsync(context);
}
