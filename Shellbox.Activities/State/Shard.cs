using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shellbox.Activities.State;

/// <summary>
/// Spreads ids over partitions. Four partitions carry 8,000 entity operations a second (2,000 each, Table Storage's
/// scalability targets): far more than the pool makes, while a search for a free instance visits at most four.
/// </summary>
internal static class Shard
{
    public const int Count = 4;

    public static string Of(string id) => Name((int)(Hash(id) % Count));

    public static string Name(int index) => $"s{index}";

    /// <summary>Eight hex characters that do not follow the id's order: where an id stands in an index.</summary>
    public static string Position(string id) => Hash(id).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    // Not string.GetHashCode, which differs from process to process.
    private static uint Hash(string id) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
