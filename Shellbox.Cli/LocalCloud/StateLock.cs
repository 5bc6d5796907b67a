using System.Globalization;
using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// Holds a state directory for one local cloud. The kernel holds the lock (flock), so it ends with its process however that ends; the
/// process id in the file is for the message.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    public static StateLock Take(CloudPaths paths)
    {
        Directory.CreateDirectory(paths.StateDirectory);
        FileStream file;
        try
        {
            file = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new CliException(
                ExitCode.Failed,
                $"A local cloud already runs in {paths.StateDirectory}{Owner(paths)}. Stop it first (Ctrl-C there), or choose "
                    + "another directory with --state.",
                failure
            );
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CliException(
                ExitCode.Failed,
                $"{paths.Lock} cannot be written. Choose a directory of your own with --state.",
                failure
            );
        }

        // Beside the lock: a file that is locked exclusively cannot be opened for reading here.
        File.WriteAllText(PidFile(paths), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new StateLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string PidFile(CloudPaths paths) => Path.ChangeExtension(paths.Lock, ".pid");

    private static string Owner(CloudPaths paths)
    {
        try
        {
            return $" (process {File.ReadAllText(PidFile(paths)).Trim()})";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
