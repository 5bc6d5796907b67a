using System.Diagnostics;

/// <summary>
/// Ends a worker whose host is gone. The runtime calls this in the worker before its <c>Main</c>, because the host names this assembly in
/// <c>DOTNET_STARTUP_HOOKS</c>; name and place of the class are the runtime's choice. A worker does not notice by itself that its host has
/// died: it would run on, and so would the activities in it.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for it outside of any namespace.
internal static class StartupHook
#pragma warning restore CA1050
{
    /// <summary>Waits for the end of standard input, whose other end the host holds until the worker has ended.</summary>
    public static void Initialize()
    {
        // The children of the worker are not the host's.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        new Thread(WaitForHost) { IsBackground = true, Name = "host watch" }.Start();
    }

    private static void WaitForHost()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0) { }

        // Not Environment.Exit: that waits for what runs, and there is nobody left to wait for it.
        Process.GetCurrentProcess().Kill();
    }
}
