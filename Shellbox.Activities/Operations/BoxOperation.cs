using System.Text.Json.Serialization;

namespace Shellbox.Activities.Operations;

/// <summary>Who works on which box: what every activity on a box is given, and checks before it changes anything.</summary>
/// <param name="UserId">The user.</param>
/// <param name="BoxName">The box.</param>
/// <param name="OperationId">The operation, which is also the Durable instance id.</param>
/// <param name="Epoch">The epoch under which it began.</param>
public sealed record BoxOperation(string UserId, string BoxName, string OperationId, long Epoch)
{
    [JsonIgnore]
    public BoxKey Key => new(UserId, BoxName);
}
