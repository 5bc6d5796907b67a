namespace Shellbox.Tests.Fixtures;

/// <summary>A user's SSH key pair in files of its own.</summary>
internal sealed record GuestKey(string PrivateKeyPath, string AuthorizedKey)
{
    public static async Task<GuestKey> CreateAsync(string directory, string name, CancellationToken cancellation)
    {
        var path = Path.Combine(directory, name);
        var made = await ProgramRun.OfAsync(
            "ssh-keygen",
            ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path],
            cancellation: cancellation
        );
        made.Succeeded();
        var fields = (await File.ReadAllTextAsync(path + ".pub", cancellation)).Split(' ', StringSplitOptions.TrimEntries);
        return new GuestKey(path, $"{fields[0]} {fields[1]}");
    }
}
