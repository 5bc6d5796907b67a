namespace Shellbox.Cli.Rendering;

/// <summary>A number of things: "1 box", "3 boxes".</summary>
internal static class Counted
{
    public static string Of(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";
}
