using System.Globalization;
using System.Text.Json;

namespace Shellbox.LocalHost.Settings;

/// <summary>A JSON file that people write: comments and commas at the end of a list are taken, as the official host takes them.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Reads a file that holds one object; null if there is no such file, or if it cannot be used, which <paramref name="faults"/> then
    /// says.
    /// </summary>
    public static JsonDocument? Read(string path, List<string> faults)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} cannot be read: {e.Message}");
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(text, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            faults.Add($"{path} is not a JSON object.");
        }
        catch (JsonException e)
        {
            faults.Add(Describe(path, e));
        }

        return null;
    }

    private static string Describe(string path, JsonException e)
    {
        // The position stands in the message too, counted from 0, which no editor does.
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = end < 0 ? e.Message : e.Message[..end];
        var line = ((e.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
        return $"{path}, line {line}, is not valid JSON: {what}";
    }
}
