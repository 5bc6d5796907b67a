using Shellbox.Contracts;
using Spectre.Console;

namespace Shellbox.Cli.Rendering;

/// <summary>A box's state, for people.</summary>
internal static class BoxStateText
{
    public static Text Of(BoxState state) =>
        new(
            state.Word(),
            new Style(
                state switch
                {
                    BoxState.Running => Color.Green,
                    BoxState.Connecting or BoxState.Held or BoxState.Releasing or BoxState.Deleting => Color.Yellow,
                    _ => Color.Default,
                }
            )
        );

    /// <summary>What the state's name leaves open.</summary>
    public static string Explain(BoxState state) =>
        state switch
        {
            BoxState.Stopped => "its volume is detached",
            BoxState.Held => "nobody is connected, its guest is paused in memory",
            BoxState.Releasing => "a disconnect is under way",
            BoxState.Deleting => "it is being deleted",
            BoxState.Attached => "its volume is attached, no guest runs",
            _ => "",
        };
}
