using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace Shellbox.LocalHost.Functions;

/// <summary>
/// Makes the type that the WebJobs SDK indexes: a static method for each function, whose parameters carry the official binding attributes,
/// and whose body hands the arguments to one delegate.
/// </summary>
internal static class FunctionTypeBuilder
{
    private const string InvokeField = "Invoke";

    /// <summary>The triggers that there is an extension for.</summary>
    public static IReadOnlyList<string> Triggers { get; } =
    ["activityTrigger", "entityTrigger", "httpTrigger", "orchestrationTrigger", "queueTrigger", "timerTrigger"];

    /// <summary>The other bindings that this host has: what an HTTP function returns is written by its worker.</summary>
    public static IReadOnlyList<string> Bindings { get; } = ["durableClient", "http"];

    /// <param name="functions">The functions.</param>
    /// <param name="invoke">What their methods call: with the number of the function, and its arguments in the order of <see
    /// cref="ParametersOf"/>.</param>
    /// <returns>The type, and the method of each function.</returns>
    public static (Type Type, IReadOnlyList<MethodInfo> Methods) Build(
        IReadOnlyList<FunctionDefinition> functions,
        Func<int, object?[], Task<object?>> invoke
    )
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Functions"), AssemblyBuilderAccess.RunAndCollect);
        var type = assembly
            .DefineDynamicModule("Functions")
            .DefineType("Host.Functions", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var field = type.DefineField(
            InvokeField,
            typeof(Func<int, object?[], Task<object?>>),
            FieldAttributes.Public | FieldAttributes.Static
        );
        for (var number = 0; number < functions.Count; number++)
            DefineMethod(type, field, functions[number], number);

        var built = type.CreateType();
        built.GetField(InvokeField)!.SetValue(null, invoke);
        return (built, [.. functions.Select(f => built.GetMethod(f.Name)!)]);
    }

    /// <summary>The parameters of a function's method; the trigger's is the first.</summary>
    public static IReadOnlyList<FunctionParameter> ParametersOf(FunctionDefinition function) =>
        [
            Trigger(function),
            .. function
                .Others.Where(b => b.Is("durableClient"))
                .Select(b => new FunctionParameter(
                    b.Name,
                    typeof(string),
                    Attribute<DurableClientAttribute>(
                        [],
                        (nameof(DurableClientAttribute.TaskHub), b.Property("taskHub")),
                        (nameof(DurableClientAttribute.ConnectionName), b.Property("connectionName"))
                    )
                )),
            // Its binding data are the trigger's metadata.
            new FunctionParameter("_binder", typeof(Microsoft.Azure.WebJobs.Binder)),
            new FunctionParameter("_cancellation", typeof(CancellationToken)),
        ];

    private static FunctionParameter Trigger(FunctionDefinition function)
    {
        var name = function.TriggerName;
        return function.TriggerType.ToUpperInvariant() switch
        {
            "HTTPTRIGGER" => new FunctionParameter(name, typeof(HttpCall)),
            "QUEUETRIGGER" => new FunctionParameter(
                name,
                function.SupportsDeferredBinding ? typeof(ParameterBindingData)
                    : "Binary".Equals(function.TriggerProperty("dataType"), StringComparison.OrdinalIgnoreCase) ? typeof(byte[])
                    : typeof(string),
                Attribute<QueueTriggerAttribute>(
                    [function.TriggerProperty("queueName") ?? ""],
                    (nameof(QueueTriggerAttribute.Connection), function.TriggerProperty("connection"))
                )
            ),
            "TIMERTRIGGER" => new FunctionParameter(
                name,
                typeof(TimerInfo),
                Attribute<TimerTriggerAttribute>(
                    [function.TriggerProperty("schedule") ?? ""],
                    (nameof(TimerTriggerAttribute.RunOnStartup), function.TriggerFlag("runOnStartup")),
                    (nameof(TimerTriggerAttribute.UseMonitor), function.TriggerFlag("useMonitor", otherwise: true))
                )
            ),
            "ORCHESTRATIONTRIGGER" => new FunctionParameter(name, typeof(string), Attribute<OrchestrationTriggerAttribute>([])),
            "ACTIVITYTRIGGER" => new FunctionParameter(name, typeof(string), Attribute<ActivityTriggerAttribute>([])),
            "ENTITYTRIGGER" => new FunctionParameter(name, typeof(string), Attribute<EntityTriggerAttribute>([])),
            _ => throw new FormatException(
                $"The function '{function.Name}' has a '{function.TriggerType}', which this host has no extension for."
            ),
        };
    }

    private static void DefineMethod(TypeBuilder type, FieldBuilder invoke, FunctionDefinition function, int number)
    {
        var parameters = ParametersOf(function);

        // The Durable extension takes the result of these; the others have none that the host uses.
        var returns =
            function.HasTrigger("orchestrationTrigger") || function.HasTrigger("activityTrigger") || function.HasTrigger("entityTrigger")
                ? typeof(Task<object>)
                : typeof(Task);
        var method = type.DefineMethod(
            function.Name,
            MethodAttributes.Public | MethodAttributes.Static,
            returns,
            [.. parameters.Select(p => p.Type)]
        );
        method.SetCustomAttribute(Attribute<FunctionNameAttribute>([function.Name]));

        // An HTTP function is called by its endpoint.
        if (function.HasTrigger("httpTrigger"))
            method.SetCustomAttribute(Attribute<NoAutomaticTriggerAttribute>([]));
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = method.DefineParameter(i + 1, ParameterAttributes.None, parameters[i].Name);
            if (parameters[i].Attribute is { } attribute)
                parameter.SetCustomAttribute(attribute);
        }

        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldsfld, invoke);
        code.Emit(OpCodes.Ldc_I4, number);
        code.Emit(OpCodes.Ldc_I4, parameters.Count);
        code.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Count; i++)
        {
            code.Emit(OpCodes.Dup);
            code.Emit(OpCodes.Ldc_I4, i);
            code.Emit(OpCodes.Ldarg, i);
            if (parameters[i].Type.IsValueType)
                code.Emit(OpCodes.Box, parameters[i].Type);
            code.Emit(OpCodes.Stelem_Ref);
        }

        code.Emit(OpCodes.Callvirt, typeof(Func<int, object?[], Task<object?>>).GetMethod("Invoke")!);
        code.Emit(OpCodes.Ret);
    }

    /// <summary>An attribute with these constructor arguments and those of the properties that are set.</summary>
    private static CustomAttributeBuilder Attribute<T>(object[] arguments, params (string Name, object? Value)[] properties)
    {
        var set = properties.Where(p => p.Value is not null).ToList();
        return new CustomAttributeBuilder(
            typeof(T).GetConstructor([.. arguments.Select(a => a.GetType())])!,
            arguments,
            [.. set.Select(p => typeof(T).GetProperty(p.Name)!)],
            [.. set.Select(p => p.Value)]
        );
    }
}
