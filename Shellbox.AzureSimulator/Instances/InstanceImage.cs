namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// The files that every instance starts with. Small ones are copied, so that an instance may change them; large ones (kernels,
/// disk images) are symbolic links, so that a hundred instances cost nothing.
/// </summary>
internal sealed class InstanceImage(string directory)
{
    private const long LargestCopy = 1 << 20;

    /// <exception cref="SimulatorStartException">The directory is not there.</exception>
    public static InstanceImage? Open(string? directory)
    {
        if (directory is null)
            return null;
        var full = Path.GetFullPath(directory);
        return Directory.Exists(full)
            ? new InstanceImage(full)
            : throw new SimulatorStartException($"The instance image {full} is not a directory: build it first, or leave the option out.");
    }

    public Task CopyAsync(string root, CancellationToken cancellationToken) =>
        Task.Run(() => Copy(directory, root, cancellationToken), cancellationToken);

    private static void Copy(string from, string to, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.Delete(target);
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo)
            {
                Copy(entry.FullName, target, cancellationToken);
            }
            else if (((FileInfo)entry).Length <= LargestCopy)
            {
                File.Copy(entry.FullName, target, overwrite: true);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(target, entry.UnixFileMode);
            }
            else
            {
                File.Delete(target);
                File.CreateSymbolicLink(target, entry.FullName);
            }
        }
    }
}
