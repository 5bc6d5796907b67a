using System.CommandLine;

namespace Shellbox.Cli.Commands;

internal static class BoxArgument
{
    public static Argument<string> Create() => new("BOX") { Description = "Name of the box, such as dev33" };
}
