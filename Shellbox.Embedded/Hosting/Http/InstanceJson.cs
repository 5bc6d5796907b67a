using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>Instances as the management API shows them.</summary>
internal static class InstanceJson
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the eight members of an instance, and its history if given.</summary>
    public static void Write(
        Utf8JsonWriter writer, InstanceRow row, bool showInput, List<HistoryEvent>? history = null, HistoryView view = default)
    {
        writer.WriteStartObject();
        writer.WriteString("name", row.Name);
        writer.WriteString("instanceId", row.Id);
        writer.WriteString("runtimeStatus", row.Status.ToString());
        writer.WritePropertyName("input");
        WriteValue(writer, showInput ? row.Input : null);
        writer.WritePropertyName("customStatus");
        WriteValue(writer, row.CustomStatus);
        writer.WritePropertyName("output");
        WriteValue(writer, row.Output);
        writer.WriteString("createdTime", Seconds(row.Created));
        writer.WriteString("lastUpdatedTime", Seconds(row.Updated));
        if (history is not null)
        {
            writer.WritePropertyName("historyEvents");
            HistoryJson.Write(writer, history, view);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes stored JSON as the value it is; a stored text that is no JSON (a failure, a reason) as a string.</summary>
    public static void WriteValue(Utf8JsonWriter writer, string? stored)
    {
        if (stored is null)
        {
            writer.WriteNullValue();
            return;
        }

        JsonElement value;
        try
        {
            using var document = JsonDocument.Parse(stored);
            value = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            writer.WriteStringValue(stored);
            return;
        }

        value.WriteTo(writer);
    }

    /// <summary>A JSON value as it is stored: without white space.</summary>
    public static string Text(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Seconds(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
