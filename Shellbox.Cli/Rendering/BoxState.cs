using Spectre.Console;

namespace Shellbox.Cli.Rendering;

internal static class BoxState
{
    public static Text Text(string state) =>
        new(
            state,
            new Style(
                state switch
                {
                    "running" => Color.Green,
                    "connecting" or "held" or "releasing" or "deleting" => Color.Yellow,
                    _ => Color.Default,
                }
            )
        );

    /// <summary>What the state's name leaves open.</summary>
    public static string Explain(string state) =>
        state switch
        {
            "stopped" => "its volume is detached",
            "held" => "nobody is connected, its guest is paused in memory",
            "releasing" => "a disconnect is under way",
            "deleting" => "it is being deleted",
            "attached" => "its volume is attached, no guest runs",
            _ => "",
        };
}
