using Spectre.Console;

namespace Shellbox.Cli.Rendering;

internal static class OperationViews
{
    /// <summary>Redraws in place where the console can, else writes lines.</summary>
    public static IOperationView For(IAnsiConsole console, TimeProvider time) =>
        IsLive(console) ? new LiveOperationView(console, time) : new PlainOperationView(console, time);

    public static bool IsLive(IAnsiConsole console) => console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;
}
