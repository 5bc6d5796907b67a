using System.Text.RegularExpressions;

namespace Shellbox.Tests.Embedded;

/// <summary>
/// The official programming model, as <c>functions-api.tsv</c> lists it: a line a type or member, an id in the style of documentation
/// comments with parameter names and defaults, a tab, and what it is or returns. Leaves out what every type has (object's members,
/// equality, what a record brings), overrides, and interfaces of the System namespaces.
/// </summary>
internal sealed partial class OfficialApi
{
    private readonly Dictionary<string, string> lines;
    private readonly HashSet<string> named;

    private OfficialApi(Dictionary<string, string> lines)
    {
        this.lines = lines;
        named = [.. lines.Values.Concat(lines.Keys).SelectMany(text => TypeNames().Matches(text)).Select(m => m.Value)];
    }

    public int Count => lines.Count;

    public static OfficialApi Load()
    {
        using var stream = typeof(OfficialApi).Assembly.GetManifestResourceStream("functions-api.tsv")!;
        using var reader = new StreamReader(stream);
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split('\t');
            if (parts.Length != 2 || !lines.TryAdd(parts[0], parts[1]))
                throw new InvalidDataException($"Not a new line of the form id, tab, text: {line}");
        }

        return new OfficialApi(lines);
    }

    /// <summary>What is offered and the official API lacks or spells otherwise; one sentence each.</summary>
    public IEnumerable<string> DifferencesOf(ApiSpelling offered)
    {
        foreach (var type in offered.Types)
        {
            foreach (var difference in Compare(type))
                yield return difference;
            foreach (var (id, text) in type.Members)
            {
                if (!lines.TryGetValue(id, out var official))
                    yield return $"{id} is not in the official API.";
                else if (official != text)
                    yield return $"{id} is '{text}', officially '{official}'.";
            }
        }
    }

    [GeneratedRegex(@"Microsoft(\.\w+)+")]
    private static partial Regex TypeNames();

    /// <summary>By the naming rule: the list does not tell a base class from an interface otherwise.</summary>
    private static bool IsInterface(string name) => name.Split('.')[^1] is ['I', >= 'A' and <= 'Z', ..];

    private IEnumerable<string> Compare(ApiType type)
    {
        if (!lines.TryGetValue("T:" + type.Name, out var official))
        {
            // A type that the list only names, for instance as the base of an attribute, may stand here as long as it offers nothing.
            if (type.Members.Count > 0 || !named.Contains(type.Name))
                yield return $"T:{type.Name} is not in the official API.";
            yield break;
        }

        var parts = official.Split(" : ");
        string[] bases = parts.Length > 1 ? parts[1].Split(", ") : [];
        if (parts[0] != type.Kind)
            yield return $"T:{type.Name} is a '{type.Kind}', officially a '{parts[0]}'.";
        var baseClass = Array.Find(bases, b => !IsInterface(b));
        if (baseClass != type.BaseClass)
            yield return $"T:{type.Name} derives from '{type.BaseClass ?? "object"}', officially from '{baseClass ?? "object"}'.";
        foreach (var name in type.Interfaces.Except(bases))
            yield return $"T:{type.Name} is a {name}, which it officially is not.";
    }
}
