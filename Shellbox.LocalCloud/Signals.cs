using System.Runtime.InteropServices;

namespace Shellbox.LocalCloud;

/// <summary>kill(2): asks a process to end, which <see cref="System.Diagnostics.Process"/> cannot.</summary>
public static partial class Signals
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM; a process that is already gone is no error.</summary>
    public static void SendTerminate(int processId) => _ = Kill(processId, Terminate);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
