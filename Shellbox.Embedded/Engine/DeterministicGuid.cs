using System.Security.Cryptography;
using System.Text;

namespace Shellbox.Embedded.Engine;

/// <summary>Name-based GUIDs (RFC 9562, version 5).</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("6b1d61a0-3f0f-4c0e-9f5e-2f0c5d8f8a11");

    public static Guid Create(string name)
    {
        Span<byte> bytes = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        Namespace.TryWriteBytes(bytes, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, bytes[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; nothing here is secret.
        SHA1.HashData(bytes, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
