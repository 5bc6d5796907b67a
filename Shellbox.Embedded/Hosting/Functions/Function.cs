using System.Reflection;
using Shellbox.Embedded.Worker;
using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>A function of the app.</summary>
internal sealed class Function : FunctionDefinition
{
    public Function(string name, FunctionKind kind, MethodInfo method, ParameterInfo triggerParameter, TriggerBindingAttribute trigger)
    {
        Name = name;
        Kind = kind;
        Method = method;
        TriggerParameter = triggerParameter;
        Trigger = trigger;
        Output = method.GetCustomAttribute<QueueOutputAttribute>();
        LogCategory = "Function." + name;
    }

    public override string Name { get; }

    public override string Id => EntryPoint;

    public override string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public override string PathToAssembly => Method.DeclaringType!.Assembly.Location;

    public FunctionKind Kind { get; }

    public MethodInfo Method { get; }

    public ParameterInfo TriggerParameter { get; }

    public TriggerBindingAttribute Trigger { get; }

    /// <summary>Where the return value goes; null: nowhere.</summary>
    public QueueOutputAttribute? Output { get; }

    public string LogCategory { get; }
}
