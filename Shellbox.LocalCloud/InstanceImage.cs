namespace Shellbox.LocalCloud;

/// <summary>The directory tree that every simulated instance is laid out with.</summary>
public static class InstanceImage
{
    public static void Create(CloudPaths paths)
    {
        if (Directory.Exists(paths.InstanceImage))
        {
            Directory.Delete(paths.InstanceImage, recursive: true);
        }

        var commands = Directory.CreateDirectory(Path.Combine(paths.InstanceImage, "usr", "local", "bin"));
        var command = Path.Combine(commands.FullName, "shellbox-instance");
        File.Copy(paths.InstanceScript, command);
        File.SetUnixFileMode(command, (UnixFileMode)0b111_101_101);

        var library = Directory.CreateDirectory(Path.Combine(paths.InstanceImage, "usr", "local", "lib", "shellbox"));
        foreach (var file in new[] { paths.GuestKernel, paths.GuestInitramfs })
        {
            File.Copy(file, Path.Combine(library.FullName, Path.GetFileName(file)));
        }

        // A copy would have no holes. Should the guest be built anew meanwhile, this state fits the copied kernel no more, and boxes boot
        // without it.
        Directory.CreateSymbolicLink(Path.Combine(library.FullName, "booted-kernel"), paths.GuestBootedKernel);
    }
}
