using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>Gives a function's parameters their values.</summary>
internal static class ParameterBinding
{
    /// <summary>Says at start what could never be bound.</summary>
    /// <exception cref="NotSupportedException">A parameter cannot be bound.</exception>
    public static void Check(MethodInfo method, FunctionKind kind, ParameterInfo trigger)
    {
        var type = trigger.ParameterType;
        var wanted = kind switch
        {
            FunctionKind.Http when type != typeof(HttpRequest) => "an HttpRequest",
            FunctionKind.Timer when type != typeof(TimerInfo) && type != typeof(string) => "a TimerInfo or a string",
            FunctionKind.Orchestrator when type != typeof(TaskOrchestrationContext) => "a TaskOrchestrationContext",
            _ => null,
        };
        if (wanted is not null)
            throw new NotSupportedException($"its trigger parameter '{trigger.Name}' must be {wanted}, not {type}.");

        // By its place: reflection gives two objects for one parameter when two threads are the first to ask.
        foreach (var parameter in method.GetParameters())
            _ = For(kind, parameter, parameter.Position == trigger.Position);
    }

    /// <summary>How a parameter gets its value.</summary>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    public static Func<Invocation, object?> For(FunctionKind kind, ParameterInfo parameter, bool isTrigger)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
            throw new NotSupportedException($"its parameter '{parameter.Name}' is passed by reference.");
        if (isTrigger)
            return Trigger(kind, type);
        if (type == typeof(FunctionContext))
            return i => i;
        if (type == typeof(CancellationToken))
            return i => i.CancellationToken;
        if (parameter.IsDefined(typeof(DurableClientAttribute), inherit: false))
        {
            return type == typeof(DurableTaskClient)
                ? i => i.InstanceServices.GetRequiredService<DurableTaskClient>()
                : throw new NotSupportedException($"its [DurableClient] parameter '{parameter.Name}' must be a DurableTaskClient, not {type}.");
        }

        if (kind == FunctionKind.Http && type == typeof(HttpRequest))
            return i => i.Http!.Request;
        var name = parameter.Name!;
        if (type != typeof(object) && !TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
            throw new NotSupportedException($"its parameter '{name}' is of type {type}, which nothing that the trigger knows can be bound to.");
        var fallback = parameter.HasDefaultValue
            ? parameter.DefaultValue
            : type.IsValueType ? Activator.CreateInstance(type) : null;
        return i => i.Input.BindingData.TryGetValue(name, out var value) && value is not null ? Convert(value, type, name) : fallback;
    }

    private static Func<Invocation, object?> Trigger(FunctionKind kind, Type type) => kind switch
    {
        FunctionKind.Http => i => i.Http!.Request,
        FunctionKind.Activity => i => Json.Deserialize((string?)i.Input.Value, type),
        FunctionKind.Queue => i => Message((QueueMessage)i.Input.Value!, type),
        FunctionKind.Timer when type == typeof(string) => i => JsonSerializer.Serialize(new
        {
            Schedule = new { AdjustForDST = true },
            ((TimerInfo)i.Input.Value!).ScheduleStatus,
            ((TimerInfo)i.Input.Value!).IsPastDue,
        }),
        _ => i => i.Input.Value,
    };

    private static object? Message(QueueMessage message, Type type)
    {
        if (type == typeof(QueueMessage))
            return message;
        if (type == typeof(BinaryData))
            return message.Body;
        if (type == typeof(string))
            return message.Body.ToString();
        if (type == typeof(byte[]))
            return message.Body.ToArray();
        return Json.Deserialize(message.Body.ToString(), type);
    }

    private static object? Convert(object value, Type type, string name)
    {
        if (type.IsInstanceOfType(value))
            return value;
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(System.Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
        }
        catch (Exception e) when (e is NotSupportedException or FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"The value of '{name}' cannot be bound to a parameter of type {type}.", e);
        }
    }
}
