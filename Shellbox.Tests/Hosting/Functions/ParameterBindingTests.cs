using System.Reflection;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Hosting.Functions;

public sealed class ParameterBindingTests
{
    public class Orchestrators
    {
        public virtual Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => Task.CompletedTask;
    }

    public sealed class Inherited : Orchestrators;

    /// <summary>Two hosts that scan one class at once can get two objects for one parameter, as here by two ways to one method.</summary>
    [Fact]
    public void A_trigger_is_known_by_its_place_whichever_object_reflection_made_for_it()
    {
        var method = typeof(Inherited).GetMethod(nameof(Orchestrators.Run))!;
        ParameterInfo trigger = typeof(Orchestrators).GetMethod(nameof(Orchestrators.Run))!.GetParameters()[0];
        Assert.NotSame(method.GetParameters()[0], trigger);

        ParameterBinding.Check(method, FunctionKind.Orchestrator, trigger);
    }
}
