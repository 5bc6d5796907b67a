using Microsoft.Extensions.Logging.Console;

namespace Shellbox.LocalHost.Logging;

/// <summary>How <see cref="LineFormatter"/> writes.</summary>
internal sealed class LineFormatterOptions : ConsoleFormatterOptions
{
    /// <summary>
    /// Whether the level is coloured; by default if the standard output is a terminal whose user has not asked for none (NO_COLOR).
    /// </summary>
    public bool Colour { get; set; } =
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
