using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Shellbox.LocalHost.Functions;
using Shellbox.LocalHost.Protocol;
using Status = Shellbox.LocalHost.Protocol.StatusResult.Types.Status;

namespace Shellbox.LocalHost.Worker;

/// <summary>
/// The host's end of one worker's stream: requests and answers are matched here, and whatever waits is ended with the stream.
/// </summary>
/// <param name="workerId">What the worker has to name when it connects.</param>
/// <param name="log">Gets what the app logs.</param>
[SuppressMessage(
    "Reliability",
    "CA1001",
    Justification = "A cancellation source without a timer holds nothing, and a channel may be closed by several."
)]
internal sealed class WorkerChannel(string workerId, Action<RpcLog> log)
{
    /// <summary>The version of the official host that this one follows; the worker only passes it on.</summary>
    private const string HostVersion = "4.1037.0";

    private static readonly string[] HostCapabilities = ["V2Compatable", "MultiStream", "TypedDataCollection"];

    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();

    public string WorkerId { get; } = workerId;

    /// <summary>Where the worker takes HTTP requests; null while it has not said so, or when it takes none.</summary>
    public Uri? HttpAddress { get; private set; }

    /// <summary>Completes with the stream.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ids by function name: a worker may number its functions anew at each start.</summary>
    private Dictionary<string, string> FunctionIds { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Serves the stream until either side ends it.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> incoming,
        IServerStreamWriter<StreamingMessage> outgoing,
        CancellationToken cancellationToken
    )
    {
        _connected.TrySetResult();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        var writing = WriteAsync(outgoing, ending.Token);
        try
        {
            while (await incoming.MoveNext(ending.Token))
                Receive(incoming.Current);
        }
        catch (Exception e) when (ending.IsCancellationRequested || e is IOException)
        {
            // The worker is gone, or is to go.
        }
        finally
        {
            Close();
            await writing;
        }
    }

    /// <summary>Ends the stream; what waits for the worker fails.</summary>
    public void Close()
    {
        _closing.Cancel();
        _outgoing.Writer.TryComplete();
        _ended.TrySetResult();
        foreach (var id in _invocations.Keys)
            FailInvocation(id);
        foreach (var id in _requests.Keys)
        {
            if (_requests.TryRemove(id, out var request))
                request.TrySetException(Gone());
        }
    }

    /// <summary>Waits for the worker to connect, and has it load its functions.</summary>
    /// <returns>The functions that the worker has.</returns>
    /// <exception cref="WorkerStartException">It refuses something; the message says what.</exception>
    /// <exception cref="WorkerProcessExitException">It has ended.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> InitializeAsync(string appDirectory, CancellationToken cancellationToken)
    {
        await await Task.WhenAny(_connected.Task, _ended.Task).WaitAsync(cancellationToken);
        var initialize = new WorkerInitRequest
        {
            HostVersion = HostVersion,
            WorkerDirectory = appDirectory,
            FunctionAppDirectory = appDirectory,
        };
        foreach (var capability in HostCapabilities)
            initialize.Capabilities[capability] = "true";
        var initialized = (await AskAsync(new StreamingMessage { WorkerInitRequest = initialize }, cancellationToken)).WorkerInitResponse;
        Require(initialized.Result, "The worker could not be initialized");
        if (initialized.Capabilities.TryGetValue("HttpUri", out var address))
            HttpAddress = new Uri(address);

        var question = new StreamingMessage
        {
            FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = appDirectory },
        };
        var metadata = (await AskAsync(question, cancellationToken)).FunctionMetadataResponse;
        Require(metadata.Result, "The worker could not list its functions");
        await Task.WhenAll(metadata.FunctionMetadataResults.Select(f => LoadAsync(f, cancellationToken)));
        return metadata.FunctionMetadataResults;
    }

    /// <summary>Runs a function. A cancelled token is passed on; the answer is awaited all the same.</summary>
    /// <exception cref="WorkerProcessExitException">The worker ended before it answered.</exception>
    public async Task<InvocationResponse> InvokeAsync(string function, InvocationRequest request, CancellationToken cancellationToken)
    {
        request.FunctionId = FunctionIds[function];
        var answer = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _invocations[request.InvocationId] = answer;
        if (
            !_outgoing.Writer.TryWrite(new StreamingMessage { RequestId = request.InvocationId, InvocationRequest = request })
            || _ended.Task.IsCompleted
        )
        {
            FailInvocation(request.InvocationId);
        }

        await using var cancelling = cancellationToken.UnsafeRegister(
            _ =>
                _outgoing.Writer.TryWrite(
                    new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }
                ),
            null
        );
        return await answer.Task;
    }

    /// <summary>Asks the worker to end; it does not answer that.</summary>
    public void Terminate(TimeSpan grace) =>
        _outgoing.Writer.TryWrite(
            new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } }
        );

    private async Task LoadAsync(RpcFunctionMetadata metadata, CancellationToken cancellationToken)
    {
        if (metadata.FunctionId.Length == 0)
            metadata.FunctionId = Guid.NewGuid().ToString();
        if (metadata.Bindings.Count == 0)
            FunctionDefinition.AddBindings(metadata);
        lock (FunctionIds)
            FunctionIds[metadata.Name] = metadata.FunctionId;
        var load = new StreamingMessage
        {
            FunctionLoadRequest = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata },
        };
        var loaded = (await AskAsync(load, cancellationToken)).FunctionLoadResponse;
        Require(loaded.Result, $"The worker could not load the function '{metadata.Name}'");
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
                await outgoing.WriteAsync(message, cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested || e is IOException or InvalidOperationException)
        {
            // The stream is over; the reading side sees to what that means.
        }
    }

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryRemove(message.InvocationResponse.InvocationId, out var invocation))
                    invocation.TrySetResult(message.InvocationResponse);
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                log(message.RpcLog);
                break;
            default:
                // An answer, or the empty acknowledgement of a cancel or terminate, which nobody waits for.
                if (_requests.TryRemove(message.RequestId, out var request))
                    request.TrySetResult(message);
                break;
        }
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage question, CancellationToken cancellationToken)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[question.RequestId] = answer;
        if (!_outgoing.Writer.TryWrite(question) || _ended.Task.IsCompleted)
            answer.TrySetException(Gone());
        return await answer.Task.WaitAsync(cancellationToken);
    }

    private void FailInvocation(string id)
    {
        if (_invocations.TryRemove(id, out var invocation))
            invocation.TrySetException(Gone());
    }

    private static WorkerProcessExitException Gone() => new("the worker has ended.");

    private static void Require(StatusResult result, string fault)
    {
        if (result.Status != Status.Success)
            throw new WorkerStartException($"{fault}: {result.Exception?.Message}");
    }
}
