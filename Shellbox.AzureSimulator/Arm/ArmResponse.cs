using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>What goes back to the client.</summary>
internal sealed record ArmResponse(int Status, JsonNode? Body = null)
{
    public Dictionary<string, string> Headers { get; } = [];

    public static ArmResponse Ok(JsonNode body) => new(200, body);

    /// <summary>A resource with its ETag as a header too.</summary>
    public static ArmResponse Resource(JsonObject body, int status = 200)
    {
        var answer = new ArmResponse(status, body);
        if (body["etag"] is JsonValue etag && etag.TryGetValue<string>(out var text))
            answer.Headers["ETag"] = text;
        return answer;
    }

    public static ArmResponse NoContent() => new(204);

    public ArmResponse With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
