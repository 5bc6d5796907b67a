using System.Text;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>Splits a query into tokens.</summary>
internal sealed class KqlLexer(string query)
{
    // Longest first: "==" must not be read as two "=".
    private static readonly string[] Symbols =
    [
        "==",
        "!=",
        "=~",
        "!~",
        "<=",
        ">=",
        "<",
        ">",
        "=",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "|",
        "+",
        "-",
        "*",
        "/",
        "%",
        ";",
        ":",
        "{",
        "}",
    ];

    private int _at;
    private int _line = 1;
    private int _lineStart;

    public static IReadOnlyList<KqlToken> Read(string query)
    {
        var lexer = new KqlLexer(query);
        var tokens = new List<KqlToken>();
        do tokens.Add(lexer.Next());
        while (tokens[^1].Kind != KqlTokenKind.End);
        return tokens;
    }

    private KqlToken Next()
    {
        SkipSpaceAndComments();
        if (_at >= query.Length)
            return new KqlToken(KqlTokenKind.End, "<EOF>", "<EOF>", _line, _at - _lineStart);
        var c = query[_at];
        if (c is '\'' or '"')
            return Quoted(verbatim: false, _at);
        if (c == '@' && _at + 1 < query.Length && query[_at + 1] is '\'' or '@' && _at + 1 < query.Length && query[_at + 1] == '"')
        {
            var start = _at++;
            return Quoted(verbatim: true, start);
        }

        if (char.IsAsciiLetter(c) || c is '_' or '$')
            return Take(KqlTokenKind.Identifier, ch => char.IsAsciiLetterOrDigit(ch) || ch is '_');
        if (c == '!' && Word(_at + 1) is { Length: > 0 } negated)
            return Negated(negated);
        if (char.IsAsciiDigit(c))
            return Number();
        var symbol =
            Array.Find(Symbols, s => string.CompareOrdinal(query, _at, s, 0, s.Length) == 0)
            ?? throw KqlException.Parser(new KqlToken(KqlTokenKind.Symbol, c.ToString(), c.ToString(), _line, _at - _lineStart));
        return Token(KqlTokenKind.Symbol, symbol, symbol.Length);
    }

    /// <summary>Words: an identifier directly followed by '~' belongs to it in <c>in~</c> alone.</summary>
    private KqlToken Take(KqlTokenKind kind, Func<char, bool> belongs)
    {
        var end = _at + 1;
        while (end < query.Length && belongs(query[end]))
            end++;
        // project-away, project-rename, mv-expand and the like are one word.
        var word = query[_at..end];
        if (word is "project" or "mv" && end < query.Length && query[end] == '-')
        {
            var rest = Word(end + 1);
            if (rest is "away" or "rename" or "keep" or "reorder" or "expand")
                end += 1 + rest.Length;
        }
        else if (word == "in" && end < query.Length && query[end] == '~')
        {
            end++;
        }

        return Token(kind, query[_at..end], end - _at);
    }

    private KqlToken Negated(string word)
    {
        var length = 1 + word.Length;
        if (word == "in" && _at + length < query.Length && query[_at + length] == '~')
            length++;
        return Token(KqlTokenKind.Identifier, query.Substring(_at, length), length);
    }

    private KqlToken Number()
    {
        var end = _at;
        while (
            end < query.Length
            && (char.IsAsciiDigit(query[end]) || (query[end] == '.' && end + 1 < query.Length && char.IsAsciiDigit(query[end + 1])))
        )
            end++;
        var unit = Word(end);
        if (unit.Length == 0)
            return Token(KqlTokenKind.Number, query[_at..end], end - _at);
        if (unit is "d" or "h" or "m" or "s" or "ms")
            return Token(KqlTokenKind.TimeSpan, query[_at..(end + unit.Length)], end + unit.Length - _at);
        throw KqlException.Parser(
            new KqlToken(KqlTokenKind.Number, query[_at..(end + unit.Length)], query[_at..(end + unit.Length)], _line, _at - _lineStart)
        );
    }

    private KqlToken Quoted(bool verbatim, int start)
    {
        var quote = query[_at];
        var text = new StringBuilder();
        var i = _at + 1;
        for (; i < query.Length && query[i] != '\n'; i++)
        {
            if (query[i] == quote)
            {
                if (!verbatim || i + 1 >= query.Length || query[i + 1] != quote)
                    break;
                i++;
            }
            else if (!verbatim && query[i] == '\\' && i + 1 < query.Length)
            {
                i++;
                text.Append(
                    query[i] switch
                    {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        var other => other,
                    }
                );
                continue;
            }

            text.Append(query[i]);
        }

        if (i >= query.Length || query[i] != quote)
            throw KqlException.Parser(
                new KqlToken(KqlTokenKind.Text, query[start..i], query[start..i], _line, start - _lineStart),
                quote.ToString()
            );
        var token = new KqlToken(KqlTokenKind.Text, text.ToString(), query[start..(i + 1)], _line, start - _lineStart);
        _at = i + 1;
        return token;
    }

    private string Word(int from)
    {
        var end = from;
        while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] == '_'))
            end++;
        return from < query.Length ? query[from..end] : "";
    }

    private KqlToken Token(KqlTokenKind kind, string text, int length)
    {
        var token = new KqlToken(kind, text, text, _line, _at - _lineStart);
        _at += length;
        return token;
    }

    private void SkipSpaceAndComments()
    {
        while (_at < query.Length)
        {
            if (query[_at] == '\n')
            {
                _line++;
                _lineStart = ++_at;
            }
            else if (char.IsWhiteSpace(query[_at]))
            {
                _at++;
            }
            else if (query[_at] == '/' && _at + 1 < query.Length && query[_at + 1] == '/')
            {
                while (_at < query.Length && query[_at] != '\n')
                    _at++;
            }
            else
            {
                return;
            }
        }
    }
}
