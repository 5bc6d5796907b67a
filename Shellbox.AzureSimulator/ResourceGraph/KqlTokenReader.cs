namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>The tokens of a query, one after the other.</summary>
internal sealed class KqlTokenReader(IReadOnlyList<KqlToken> tokens)
{
    private int _at;

    public KqlToken Current => tokens[_at];

    public KqlToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public KqlToken Take()
    {
        var token = tokens[_at];
        if (_at < tokens.Count - 1)
            _at++;
        return token;
    }

    public bool TryTake(string symbolOrWord)
    {
        if (!Current.Is(symbolOrWord))
            return false;
        Take();
        return true;
    }

    public KqlToken Expect(string symbolOrWord) => Current.Is(symbolOrWord) ? Take() : throw KqlException.Parser(Current, symbolOrWord);

    public KqlToken ExpectIdentifier() =>
        Current.Kind == KqlTokenKind.Identifier ? Take() : throw KqlException.Parser(Current, "an identifier");
}
