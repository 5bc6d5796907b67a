using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;

namespace Shellbox.AzureSimulator.Tags;

/// <summary>Azure's limits for tags: 50, names of up to 512 characters without &lt; &gt; % &amp; \ ? /, values of up to 256.</summary>
internal static class TagRules
{
    public const int Maximum = 50;

    /// <exception cref="ArmException">400.</exception>
    public static JsonObject? Check(JsonObject? tags)
    {
        if (tags is null)
            return null;
        if (tags.Count > Maximum)
            throw ArmErrors.Of(400, "TagsNumberExceeded", $"The number of tags '{tags.Count}' exceeds the maximum of '{Maximum}'.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in tags)
        {
            if (name.Length is 0 or > 512 || name.IndexOfAny(['<', '>', '%', '&', '\\', '?', '/']) >= 0)
                throw ArmErrors.Of(
                    400,
                    "InvalidTagName",
                    $"The tag name '{name}' is invalid: it has 1 to 512 characters and none of '<,>,%,&,\\,?,/'."
                );
            if (!seen.Add(name))
                throw ArmErrors.Of(400, "DuplicateTagName", $"The tag name '{name}' is there twice: tag names are case-insensitive.");
            if (value is not JsonValue text || !text.TryGetValue<string>(out var s) || s.Length > 256)
                throw ArmErrors.Of(
                    400,
                    "InvalidTagValue",
                    $"The value of the tag '{name}' is invalid: it is a string of at most 256 characters."
                );
        }

        return tags;
    }
}
