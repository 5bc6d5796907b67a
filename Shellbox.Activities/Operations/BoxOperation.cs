using System.Text.Json.Serialization;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Operations;

/// <summary>Who works on which box: what every activity on a box is given, and checks before it changes anything.</summary>
/// <param name="UserId">The user.</param>
/// <param name="BoxName">The box.</param>
/// <param name="OperationId">The operation, which is also the Durable instance id.</param>
/// <param name="Epoch">The epoch under which it began.</param>
[method: JsonConstructor]
public sealed record BoxOperation(string UserId, string BoxName, string OperationId, Epoch Epoch) : IBoxInput
{
    public BoxOperation(BoxKey key, string operationId, Epoch epoch)
        : this(key.UserId, key.BoxName, operationId, epoch) { }

    [JsonIgnore]
    public BoxKey Key => new(UserId, BoxName);

    BoxOperation IBoxInput.Operation => this;

    /// <summary>Whether the box is this operation's still.</summary>
    public bool Has(BoxRow box) => box.OperationId == OperationId && box.Epoch == Epoch;
}
