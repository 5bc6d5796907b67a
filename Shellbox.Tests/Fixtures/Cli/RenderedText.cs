using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>What a console without colours makes of a renderable, at a given width.</summary>
internal static class RenderedText
{
    public static string Of(IRenderable content, int width, bool unicode = true, int height = 50)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(writer),
            }
        );
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Profile.Capabilities.Unicode = unicode;
        console.Write(content);
        return writer.ToString();
    }

    /// <summary>Compares whole screens, and shows the whole of the actual one when they differ.</summary>
    public static void Is(string expected, string actual) => Assert.True(expected + "\n" == actual, $"\n{actual}");

    public static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
