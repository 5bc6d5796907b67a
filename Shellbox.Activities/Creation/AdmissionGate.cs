using Azure.Data.Tables;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Creation;

/// <summary>
/// Lets the requests that give a user more pass one at a time, so that several at once cannot all be counted before any is through. Whoever
/// wants to pass reads the gate, then counts, then writes its row and the gate's in one transaction: that meets the gate as it was read
/// only if nobody has passed since the count. What takes something away needs no gate, nor does a box that has its place already.
/// </summary>
/// <param name="boxes">The Boxes table: the gate's row is in the user's own partition, as a transaction asks for.</param>
internal sealed class AdmissionGate(TableClient boxes)
{
    /// <summary>The gate's row; it sorts before every box's name.</summary>
    public const string RowKey = "!admissions";

    /// <summary>The filter that leaves the rows of boxes.</summary>
    public const string Boxes = "RowKey ge 'a'";

    public async Task<AdmissionRow> ReadAsync(string userId, CancellationToken cancellationToken) =>
        await boxes.FindAsync<AdmissionRow>(userId, RowKey, cancellationToken) ?? new AdmissionRow { PartitionKey = userId };

    /// <summary>
    /// Writes the row and passes; false when the row is not as it was read, or somebody has passed since the gate was read.
    /// </summary>
    public Task<bool> TryPassAsync(AdmissionRow gate, TableTransactionAction write, CancellationToken cancellationToken)
    {
        gate.Passed++;
        return boxes.TrySubmitAsync(
            [
                write,
                gate.ETag == default
                    ? new(TableTransactionActionType.Add, gate)
                    : new(TableTransactionActionType.UpdateReplace, gate, gate.ETag),
            ],
            cancellationToken
        );
    }
}
