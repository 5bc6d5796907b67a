using Spectre.Console;

namespace Shellbox.Cli.Rendering;

internal static class BoxState
{
    public static Text Text(string state) => new(state, new Style(state switch
    {
        "running" => Color.Green,
        "connecting" or "releasing" => Color.Yellow,
        _ => Color.Default,
    }));

    public static string Explain(string state) => state switch
    {
        "stopped" => "its volume is detached",
        "connecting" => "a connect is under way",
        "running" => "its guest runs",
        "releasing" => "a disconnect is under way",
        "attached" => "its volume is attached, no guest runs",
        _ => "",
    };
}
