using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>Members of a request's body, with Azure's own error when one has the wrong type.</summary>
internal static class JsonMembers
{
    public static string? GetString(this JsonObject body, string member) => Read<string>(body, member, "a string");

    public static int? GetInt32(this JsonObject body, string member) =>
        body[member] is null ? null : Value<int>(body, member, "a whole number");

    public static bool? GetBoolean(this JsonObject body, string member) =>
        body[member] is null ? null : Value<bool>(body, member, "true or false");

    public static JsonObject? GetObject(this JsonObject body, string member) =>
        body[member] is null ? null : body[member] as JsonObject ?? throw Wrong(member, "an object");

    public static JsonArray? GetArray(this JsonObject body, string member) =>
        body[member] is null ? null : body[member] as JsonArray ?? throw Wrong(member, "an array");

    public static IEnumerable<JsonObject> GetObjects(this JsonObject body, string member) =>
        (body.GetArray(member) ?? []).Select(e => e as JsonObject ?? throw Wrong(member, "an array of objects"));

    /// <summary>Puts every member of <paramref name="patch"/> over <paramref name="target"/>; arrays are replaced, null removes.</summary>
    public static void MergeInto(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
                target.Remove(key);
            else if (value is JsonObject inner && target[key] is JsonObject existing)
                MergeInto(existing, inner);
            else
                target[key] = value.DeepClone();
        }
    }

    private static T? Read<T>(JsonObject body, string member, string expected)
        where T : class => body[member] is null ? null : Value<T>(body, member, expected);

    private static T Value<T>(JsonObject body, string member, string expected) =>
        body[member] is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Wrong(member, expected);

    private static ArmException Wrong(string member, string expected) =>
        ArmErrors.InvalidRequestContent($"The member '{member}' is not {expected}.");
}
