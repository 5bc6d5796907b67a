namespace Shellbox.AzureSimulator.Instances;

/// <summary>Removes instance directories, never through a mount.</summary>
internal static class InstanceRoots
{
    /// <exception cref="IOException">Something is still mounted below it.</exception>
    public static void Delete(string root)
    {
        if (!Directory.Exists(root))
            return;
        if (MountTable.Below(root) is [var mount, ..])
            throw new IOException($"{mount} is still mounted, so {root} is left as it is: unmount it.");
        Directory.Delete(root, recursive: true);
    }
}
