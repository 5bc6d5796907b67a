using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// Tells whether two tables name the same pairs of box and volume, without looking each row up in the other one: the sum of the pairs'
/// hashes does not depend on the order in which the rows come, and two sets that differ have the same 64-bit sum once in 10^19 times.
/// </summary>
internal static class PairSum
{
    public static long Of(BoxKey box, string volumeId) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{box}/{volumeId}")));
}
