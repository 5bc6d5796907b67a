namespace Shellbox.AzureSimulator.Instances;

/// <summary>The contents of managed disks: one raw file each, sparse. Without a directory, disks have no contents.</summary>
internal sealed class DiskFiles(string? directory)
{
    public string PathOf(string disk) => Path.Combine(directory ?? "", disk + ".raw");

    /// <summary>Makes an empty disk unless it is there.</summary>
    public Task EnsureAsync(string disk, int sizeGB, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (directory is not null && !File.Exists(PathOf(disk)))
            SetLeastSize(PathOf(disk), sizeGB);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Makes a disk that starts as a copy of a raw image. Holes stay holes, and blocks are shared where the filesystem can.
    /// </summary>
    /// <exception cref="IOException">The copy failed.</exception>
    public async Task CopyAsync(string from, string disk, int sizeGB, CancellationToken cancellationToken)
    {
        if (directory is null)
            return;
        var to = PathOf(disk);
        var copy = await ToolProcess.RunAsync(
            "cp",
            ["--sparse=always", "--reflink=auto", "--", from, to],
            cancellationToken: cancellationToken
        );
        if (copy.ExitCode != 0)
            throw new IOException($"Copying {from} to {to} failed: {copy.Error.Trim()}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SetLeastSize(to, sizeGB);
    }

    public Task GrowAsync(string disk, int sizeGB, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (directory is not null && File.Exists(PathOf(disk)))
            SetLeastSize(PathOf(disk), sizeGB);
        return Task.CompletedTask;
    }

    public void Delete(string disk)
    {
        if (directory is not null)
            File.Delete(PathOf(disk));
    }

    private static void SetLeastSize(string file, int sizeGB)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write);
        var size = sizeGB * (1L << 30);
        if (stream.Length < size)
            stream.SetLength(size);
    }
}
