using System.Text.Encodings.Web;
using System.Text.Json;

namespace Shellbox.Cli.Commands;

/// <summary>How documents are printed for programs (and for those who read over their shoulder).</summary>
internal static class JsonOutput
{
    // The relaxed encoder: a key's "+" and "/" stay what they are. This is a terminal, not a page.
    public static JsonSerializerOptions Options { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Format(JsonElement document)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = Options.Encoder }))
        {
            document.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
