using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Functions.Pool;

namespace Shellbox.Functions.Connect;

/// <summary>
/// Makes things ready before somebody asks. <c>{"kind":"box","userId":"...","boxName":"..."}</c>: that box, its volume attached and its
/// guest booted, so that the connect finds it hot. <c>{"kind":"pool","instances":N,"blankBoxes":M}</c>: so many free instances and blank
/// boxes, for as long as the settings say.
/// </summary>
public sealed partial class Prewarm(
    ConnectStarter starter,
    PoolStore pool,
    EventLog events,
    IOptions<ShellboxOptions> options,
    TimeProvider time,
    ILogger<Prewarm> logger
)
{
    private sealed record Message(string? Kind, string? UserId, string? BoxName, int? Instances, int? BlankBoxes);

    [Function(nameof(Prewarm))]
    public async Task RunAsync(
        [QueueTrigger(WorkQueues.Prewarm)] string message,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await (
                Read(message) switch
                {
                    { Kind: "box", UserId: { } userId, BoxName: { } boxName } => PrewarmBoxAsync(
                        client,
                        BoxKey.Parse(userId, boxName),
                        cancellationToken
                    ),
                    { Kind: "pool" } read => PrewarmPoolAsync(
                        client,
                        Count(read.Instances, "instances"),
                        Count(read.BlankBoxes, "blankBoxes"),
                        cancellationToken
                    ),
                    _ => throw new FormatException("its kind is neither 'box' nor 'pool', or it names no user or no box"),
                }
            );
        }
        catch (FormatException e)
        {
            // Thrown on, so that the host moves the message to prewarm-poison: after some deliveries more, of which each comes here.
            var (id, insertedAt) = MessageOf(context);
            await events.WriteOnceAsync(
                new AuditEvent(null, "prewarm-refused", $"A prewarm message was refused: {e.Message}.", context.InvocationId),
                insertedAt,
                id,
                cancellationToken
            );
            throw;
        }
    }

    /// <summary>What is the same in each delivery of a message.</summary>
    private (string Id, DateTimeOffset InsertedAt) MessageOf(FunctionContext context)
    {
        var data = context.BindingContext.BindingData;
        return (TextOf("Id") ?? context.InvocationId, ReadTime(data.GetValueOrDefault("InsertionTime")) ?? time.GetUtcNow());

        string? TextOf(string name) => data.GetValueOrDefault(name)?.ToString()?.Trim('"');
    }

    /// <summary>A host may hand a trigger's time over as such, or as JSON.</summary>
    internal static DateTimeOffset? ReadTime(object? value) =>
        value switch
        {
            DateTimeOffset at => at,
            string text
                when DateTimeOffset.TryParse(
                    text.Trim('"'),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var at
                ) => at,
            _ => null,
        };

    private async Task PrewarmBoxAsync(DurableTaskClient client, BoxKey key, CancellationToken cancellationToken)
    {
        var decision = await starter.ConnectAsync(client, key, sessionId: null, publicKey: null, cancellationToken);
        if (decision.Kind is ConnectDecisionKind.NotFound)
            throw new FormatException($"there is no box {key}");
        LogPrewarm(key.BoxName, decision.Kind, decision.OperationId);
    }

    /// <summary>
    /// What is asked for is written down, where the pool's next look finds it; a message that comes twice asks for the same.
    /// </summary>
    private async Task PrewarmPoolAsync(DurableTaskClient client, int instances, int blankBoxes, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.Value.Pool.PrewarmPeriod;
        await pool.ChangeAsync(
            row => (row.WantedInstances, row.WantedBlankBoxes, row.WantedUntil) = (instances, blankBoxes, until),
            cancellationToken
        );
        await PoolOrchestration.StartAsync(client, options.Value, cancellationToken);
        LogPoolPrewarm(instances, blankBoxes, until);
    }

    /// <exception cref="FormatException">It is not JSON of a message's form.</exception>
    private static Message? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize<Message>(message, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new FormatException("it is not JSON of a prewarm message", e);
        }
    }

    /// <exception cref="FormatException">It is no number that the pool could ever have.</exception>
    private int Count(int? asked, string name)
    {
        var total = options.Value.Pool.FreeInstances.Total;
        return asked is null ? 0
            : asked >= 0 && asked <= total ? asked.Value
            : throw new FormatException($"its {name} is {asked}, and not between 0 and {total}");
    }

    [LoggerMessage(501, LogLevel.Information, "Prewarm of {BoxName}: {Decision} ({OperationId})")]
    private partial void LogPrewarm(string boxName, ConnectDecisionKind decision, string operationId);

    [LoggerMessage(502, LogLevel.Information, "Prewarm of the pool: {Instances} instances and {BlankBoxes} blank boxes until {Until}")]
    private partial void LogPoolPrewarm(int instances, int blankBoxes, DateTimeOffset until);
}
