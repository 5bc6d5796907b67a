namespace Shellbox.Build.Commands;

/// <summary>
/// Looks for an option among arguments that are for another program: that one parses and judges them, and would not agree with a second
/// parser in front of it.
/// </summary>
internal static class CommandOption
{
    /// <summary>The value of <c>--name VALUE</c> or <c>--name=VALUE</c>, the last one given; null without the option.</summary>
    public static string? Find(ReadOnlySpan<string> arguments, string name)
    {
        string? value = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == name)
                value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            else if (arguments[i].StartsWith($"{name}=", StringComparison.Ordinal))
                value = arguments[i][(name.Length + 1)..];
        }

        return value;
    }
}
