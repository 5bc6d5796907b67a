#pragma warning disable IDE0161, CA1050 // The runtime looks for this class without a namespace.
using Shellbox.Tests.Hosting.Shutdown;

/// <summary>
/// Lets the test assembly start as a host of its own: the runtime calls this before <c>Main</c> in a process that names the assembly in
/// <c>DOTNET_STARTUP_HOOKS</c>, as <see cref="HostProcess"/> does.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(HostProcess.ArgumentsVariable) is not { } arguments)
            return;
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        Environment.Exit(WorkFunctions.RunHostAsync(arguments.Split('\n')).GetAwaiter().GetResult());
    }
}
