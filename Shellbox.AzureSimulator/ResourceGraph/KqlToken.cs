namespace Shellbox.AzureSimulator.ResourceGraph;

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its value: of a string without quotes, escapes resolved.</param>
/// <param name="Raw">As it stands in the query.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 0, as Resource Graph's errors count.</param>
internal sealed record KqlToken(KqlTokenKind Kind, string Text, string Raw, int Line, int Column)
{
    public bool Is(string symbolOrWord) =>
        Kind switch
        {
            KqlTokenKind.Symbol or KqlTokenKind.Identifier => string.Equals(Text, symbolOrWord, StringComparison.Ordinal),
            _ => false,
        };
}
