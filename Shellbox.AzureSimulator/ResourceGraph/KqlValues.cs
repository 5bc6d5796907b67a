using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>
/// Values are null, string, bool, long, double, DateTimeOffset, TimeSpan, and JsonNode for dynamic ones. A dynamic value that
/// holds a plain value behaves as that value.
/// </summary>
internal static class KqlValues
{
    /// <summary>Unwraps a dynamic value that holds a plain one.</summary>
    public static object? Plain(object? value)
    {
        if (value is not JsonValue json)
            return value;
        return json.GetValueKind() switch
        {
            JsonValueKind.String => json.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.TryGetValue<long>(out var whole) ? whole
            : json.TryGetValue<int>(out var small) ? (long)small
            : double.Parse(json.ToJsonString(), CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary>tostring(): null is the empty string, as strings are never null in KQL.</summary>
    public static string Text(object? value) =>
        Plain(value) switch
        {
            null => "",
            string s => s,
            bool b => b ? "true" : "false",
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
            JsonNode json => json.ToJsonString(),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
        };

    public static bool IsTrue(object? value) => Plain(value) is true;

    public static bool IsEmpty(object? value) =>
        Plain(value) switch
        {
            null => true,
            string s => s.Length == 0,
            _ => false,
        };

    public static double? Number(object? value) =>
        Plain(value) switch
        {
            long l => l,
            double d => d,
            bool b => b ? 1 : 0,
            string s when double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) => d,
            _ => null,
        };

    public static DateTimeOffset? Time(object? value) =>
        Plain(value) switch
        {
            DateTimeOffset at => at,
            string s when DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
            _ => null,
        };

    /// <summary>A time and a time span; null when either is something else, or the sum is no time any more.</summary>
    public static DateTimeOffset? Add(object? time, object? span, int sign)
    {
        if (Time(time) is not { } at || span is not TimeSpan by)
            return null;
        var room = sign < 0 ? at - DateTimeOffset.MinValue : DateTimeOffset.MaxValue - at;
        return by.Duration() < room ? at + (sign * by) : null;
    }

    /// <summary>The order of two values: numbers and times by value, everything else as text; nulls first.</summary>
    public static int Compare(object? left, object? right)
    {
        var (a, b) = (Plain(left), Plain(right));
        if (a is null || b is null)
            return (a is null ? 0 : 1) - (b is null ? 0 : 1);
        if (a is DateTimeOffset || b is DateTimeOffset)
            return Nullable.Compare(Time(a), Time(b));
        if (a is TimeSpan x && b is TimeSpan y)
            return x.CompareTo(y);
        if (a is long or double || b is long or double)
            return Nullable.Compare(Number(a), Number(b));
        return string.CompareOrdinal(Text(a), Text(b));
    }

    public static bool AreEqual(object? left, object? right)
    {
        var (a, b) = (Plain(left), Plain(right));
        return (a, b) switch
        {
            (long or double, not null) or (not null, long or double) => Number(a) is { } n && Number(b) is { } m && n.Equals(m),
            (DateTimeOffset, _) or (_, DateTimeOffset) => Time(a) == Time(b),
            (bool or null, bool or null) => Equals(a, b),
            _ => string.Equals(Text(a), Text(b), StringComparison.Ordinal),
        };
    }

    /// <summary><c>has</c>: the term stands in the text as a whole word.</summary>
    public static bool HasTerm(string text, string term)
    {
        if (term.Length == 0)
            return true;
        for (
            var at = text.IndexOf(term, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = text.IndexOf(term, at + 1, StringComparison.OrdinalIgnoreCase)
        )
        {
            var end = at + term.Length;
            if (
                (at == 0 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(term[0]))
                && (end == text.Length || !char.IsLetterOrDigit(text[end]) || !char.IsLetterOrDigit(term[^1]))
            )
                return true;
        }

        return false;
    }

    public static JsonNode? ToJson(object? value) =>
        value switch
        {
            null => null,
            JsonNode json => json.DeepClone(),
            string s => JsonValue.Create(s),
            bool b => JsonValue.Create(b),
            long l => JsonValue.Create(l),
            double d => JsonValue.Create(d),
            var other => JsonValue.Create(Text(other)),
        };
}
