using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.WebJobs;
using Shellbox.LocalHost.Durable;
using Shellbox.LocalHost.Http;
using Shellbox.LocalHost.Protocol;
using Shellbox.LocalHost.Worker;
using Status = Shellbox.LocalHost.Protocol.StatusResult.Types.Status;

namespace Shellbox.LocalHost.Functions;

/// <summary>Runs functions in the worker: makes the request of what the WebJobs SDK has bound, and its result of the answer.</summary>
/// <param name="functions">The app's functions.</param>
/// <param name="workers">Give the worker.</param>
/// <param name="forwarder">Takes requests to it.</param>
/// <param name="turns">When turns of orchestrations began, if they have a clock of their own.</param>
/// <param name="turnTaken">Told of each turn of an orchestration: what the worker got, and what it answered.</param>
internal sealed class FunctionRunner(
    IReadOnlyList<FunctionDefinition> functions,
    WorkerSupervisor workers,
    RequestForwarder forwarder,
    TurnTimes? turns,
    Action<string, string>? turnTaken
)
{
    /// <summary>How long a function that was cancelled by its time-out may take to end, before its worker is ended.</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<IReadOnlyList<FunctionParameter>> _parameters = [.. functions.Select(FunctionTypeBuilder.ParametersOf)];

    /// <summary>Runs a function.</summary>
    /// <param name="number">Its number in the list of functions.</param>
    /// <param name="arguments">The arguments of its method.</param>
    /// <exception cref="FunctionFailedException">It failed.</exception>
    /// <exception cref="WorkerProcessExitException">Its worker ended meanwhile.</exception>
    public async Task<object?> RunAsync(int number, object?[] arguments)
    {
        var function = functions[number];
        var request = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            TraceContext = new RpcTraceContext(),
            RetryContext = new RetryContext(),
        };
        if (Activity.Current is { } activity)
        {
            request.TraceContext = new RpcTraceContext { TraceParent = activity.Id ?? "", TraceState = activity.TraceStateString ?? "" };
        }

        HttpContext? http = null;
        var cancellation = CancellationToken.None;
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case CancellationToken token:
                    cancellation = token;
                    break;
                case Binder binder:
                    AddMetadata(request, binder.BindingData);
                    break;
                case HttpCall call:
                    http = call.Context;
                    request.InputData.Add(
                        new ParameterBinding
                        {
                            Name = _parameters[number][i].Name,
                            Data = new TypedData { Http = new RpcHttp() },
                        }
                    );

                    // Without them the worker cannot bind a parameter that has the name of a part of the route.
                    AddMetadata(request, http.Request.RouteValues);
                    break;
                case string turn when turns is not null && i == 0 && function.HasTrigger("orchestrationTrigger"):
                    request.InputData.Add(
                        new ParameterBinding { Name = _parameters[number][i].Name, Data = turns.Stamp(turn).ToTypedData() }
                    );
                    break;
                default:
                    request.InputData.Add(new ParameterBinding { Name = _parameters[number][i].Name, Data = arguments[i].ToTypedData() });
                    break;
            }
        }

        var worker = await workers.GetAsync(http?.RequestAborted ?? cancellation);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, http?.RequestAborted ?? CancellationToken.None);
        var invocation = worker.InvokeAsync(function.Name, request, either.Token);
        if (http is not null)
            await forwarder.ForwardAsync(http, worker, request.InvocationId, invocation);

        await using var watch = cancellation.UnsafeRegister(_ => _ = RestartUnlessEndedAsync(invocation, worker, function.Name), null);
        var answer = await AnswerAsync(invocation, function.Name, cancellation);
        if (turnTaken is not null && answer.Result?.Status is Status.Success && function.HasTrigger("orchestrationTrigger"))
        {
            turnTaken(request.InputData[0].Data.String, answer.ReturnValue.String);
        }

        return answer.Result?.Status switch
        {
            Status.Success => answer.ReturnValue.ToObject(),
            Status.Cancelled => throw new OperationCanceledException($"{function.Name} was cancelled."),

            // The worker reports a function that let its cancellation out as a failure.
            _ when either.IsCancellationRequested => throw new OperationCanceledException($"{function.Name} was cancelled."),
            _ => throw new FunctionFailedException(answer.Result?.Exception),
        };
    }

    private async Task<InvocationResponse> AnswerAsync(Task<InvocationResponse> invocation, string function, CancellationToken cancellation)
    {
        try
        {
            return await invocation;
        }
        catch (WorkerProcessExitException e) when (cancellation.IsCancellationRequested && !workers.IsDraining)
        {
            // Not the worker's death but the function's time: run again, it would take as long again.
            throw new TimeoutException(
                $"{function} ran for longer than host.json's functionTimeout, and did not end when it was cancelled.",
                e
            );
        }
    }

    /// <summary>A function that does not heed its cancellation would keep its message, its timer or its request for ever.</summary>
    private async Task RestartUnlessEndedAsync(Task<InvocationResponse> invocation, WorkerChannel worker, string function)
    {
        await Task.WhenAny(invocation, Task.Delay(CancelGrace));
        if (!invocation.IsCompleted)
            workers.Restart(worker, $"{function} does not end although its time is over.");
    }

    private static void AddMetadata(InvocationRequest request, IEnumerable<KeyValuePair<string, object?>> values)
    {
        foreach (var (name, value) in values)
        {
            // The SDK's own, and the request itself.
            if (value is null or HttpCall || name == "sys")
                continue;
            request.TriggerMetadata[name] = value.ToTypedData();
        }
    }
}
