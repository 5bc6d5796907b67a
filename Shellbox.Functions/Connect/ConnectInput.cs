using System.Text.Json.Serialization;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;

namespace Shellbox.Functions.Connect;

/// <summary>What a connect is given. The settings travel along: a change of them concerns new connects only, never a replay.</summary>
/// <param name="Operation">The operation; its epoch is void while <paramref name="Queued"/>.</param>
/// <param name="Queued">A release is under way; the connect waits for its turn.</param>
/// <param name="RequestedAt">When the request came.</param>
/// <param name="Settings">The deadlines.</param>
/// <param name="PollInterval">How often ARM is asked for the state of an operation.</param>
/// <param name="InMemory">Whether the volume is attached for certain, where it is recorded: the guest ran or was held. Else ARM is
/// asked.</param>
/// <param name="MedianSeconds">How long connects of each tier have taken lately, in seconds: for the estimate in the status.</param>
public sealed record ConnectInput(
    BoxOperation Operation,
    bool Queued,
    DateTimeOffset RequestedAt,
    ConnectOptions Settings,
    TimeSpan PollInterval,
    bool InMemory = false,
    [property: JsonPropertyName("Usual")] IReadOnlyDictionary<string, double>? MedianSeconds = null
);
