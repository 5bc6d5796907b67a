using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>An error as Azure words it: HTTP status, code and message of the body <c>{error:{code,message,target?,details?}}</c>.</summary>
internal sealed record ArmError(int Status, string Code, string Message)
{
    public string? Target { get; init; }

    /// <summary>Simulated time after which to try again (429).</summary>
    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The entries of <c>details</c>, each with a code and a message of its own.</summary>
    public JsonArray? Details { get; init; }

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Target is not null)
            error["target"] = Target;
        if (Details is not null)
            error["details"] = Details.DeepClone();
        return error;
    }
}
