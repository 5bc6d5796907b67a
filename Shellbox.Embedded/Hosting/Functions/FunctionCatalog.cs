using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Worker;
using Shellbox.Embedded.Worker.Middleware;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>The functions of the app, ready to be invoked.</summary>
internal sealed class FunctionCatalog : IFunctionDirectory
{
    private readonly Dictionary<string, IOrchestratorFunction> orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IActivityFunction> activities = new(StringComparer.OrdinalIgnoreCase);

    public FunctionCatalog(
        IEnumerable<Function> functions, IServiceScopeFactory scopes, IEnumerable<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middlewares)
    {
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate>[] around = [.. middlewares.Reverse()];
        Functions = [.. functions.Select(f => new FunctionInvoker(f, scopes, around)).OrderBy(f => f.Function.Name, StringComparer.OrdinalIgnoreCase)];
        foreach (var invoker in Functions)
        {
            switch (invoker.Function.Trigger)
            {
                case OrchestrationTriggerAttribute trigger:
                    orchestrators[trigger.Orchestration ?? invoker.Function.Name] = new OrchestratorFunction(invoker);
                    break;
                case ActivityTriggerAttribute trigger:
                    activities[trigger.Activity ?? invoker.Function.Name] = new ActivityFunction(invoker);
                    break;
            }
        }
    }

    public IReadOnlyList<FunctionInvoker> Functions { get; }

    public IReadOnlyCollection<string> OrchestratorNames => orchestrators.Keys;

    public IReadOnlyCollection<string> ActivityNames => activities.Keys;

    public IOrchestratorFunction? FindOrchestrator(string name) => orchestrators.GetValueOrDefault(name);

    public IActivityFunction? FindActivity(string name) => activities.GetValueOrDefault(name);

    public IEnumerable<FunctionInvoker> Of(FunctionKind kind) => Functions.Where(f => f.Function.Kind == kind);
}
