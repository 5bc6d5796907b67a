using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Operations;

/// <summary>Runs long-running operations and remembers how they ended.</summary>
internal sealed class OperationStore(AzureSimulatorOptions options, SimulatedClock clock, RandomStreams streams, ILogger logger)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LongRunningOperation> _operations = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Registers an operation; nothing runs before <see cref="Run"/>.</summary>
    /// <param name="collection">Where its resource lies: <c>operations</c> or the like.</param>
    /// <param name="name">The operation id of the REST reference.</param>
    /// <param name="resourceId">What it changes.</param>
    /// <param name="fault">The fault that hits it.</param>
    public LongRunningOperation Create(string collection, string name, string resourceId, OperationFault? fault)
    {
        var id = streams.Next(resourceId, "operation").NextGuid().ToString();
        var path = $"/subscriptions/{options.SubscriptionId}/providers/Microsoft.Compute/locations/{options.Location}/{collection}/{id}";
        var operation = new LongRunningOperation
        {
            Id = id,
            Path = path,
            Name = name,
            ResourceId = resourceId,
            Started = clock.Now,
            Fault = fault,
        };
        _operations[id] = operation;
        return operation;
    }

    public LongRunningOperation? Find(string id) => _operations.GetValueOrDefault(id);

    /// <summary>
    /// Runs <paramref name="work"/> in the background. When it fails, <paramref name="failed"/> puts the resource in order before
    /// a poll can see the failure.
    /// </summary>
    public void Run(LongRunningOperation operation, Func<CancellationToken, Task> work, Action<ArmError> failed)
    {
        var task = Task.Run(() => RunAsync(operation, work, failed), CancellationToken.None);
        _running[operation.Id] = task;
        _ = task.ContinueWith(_ => _running.TryRemove(operation.Id, out var _), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values);
        _stopping.Dispose();
    }

    private async Task RunAsync(LongRunningOperation operation, Func<CancellationToken, Task> work, Action<ArmError> failed)
    {
        try
        {
            await work(_stopping.Token);
            operation.End(OperationStatus.Succeeded, clock.Now);
            Logs.OperationSucceeded(logger, operation.Name, operation.ResourceId, (clock.Now - operation.Started).TotalSeconds);
        }
        catch (ArmException e)
        {
            Fail(e.Error);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            operation.End(OperationStatus.Canceled, clock.Now);
        }
        catch (Exception e)
        {
            // An operation that never ends would hang its caller: whatever went wrong here is reported as Azure reports its own faults.
            Logs.OperationBroke(logger, e, operation.Name, operation.ResourceId);
            Fail(new ArmError(500, "InternalExecutionError", "An internal execution error occurred: " + e.Message));
        }

        void Fail(ArmError error)
        {
            failed(error);
            operation.End(OperationStatus.Failed, clock.Now, error);
            Logs.OperationFailed(logger, operation.Name, operation.ResourceId, error.Code, error.Message);
        }
    }
}
