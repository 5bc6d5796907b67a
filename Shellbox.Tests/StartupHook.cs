using Shellbox.Tests.Durable.Crash;

/// <summary>
/// Where the processes begin that tests kill. The runtime calls this before <c>Main</c> when <c>DOTNET_STARTUP_HOOKS</c> names this
/// assembly, so the test executable is its own victim and no second program has to be built; its name and place are the runtime's choice.
/// </summary>
#pragma warning disable CA1050, MA0047, MA0182 // The runtime looks for it outside of any namespace.
internal static class StartupHook
#pragma warning restore CA1050, MA0047, MA0182
{
    public static void Initialize()
    {
        // What it starts is not to begin here again.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        HubVictim.RunAsync(Environment.GetEnvironmentVariable(HubVictim.FolderVariable)!).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
