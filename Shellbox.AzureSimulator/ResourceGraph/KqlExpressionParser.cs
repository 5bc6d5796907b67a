using System.Globalization;
using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>Parses scalar expressions: or, and, comparisons, sums, products, then names, paths, calls and literals.</summary>
internal sealed class KqlExpressionParser(KqlTokenReader tokens, DateTimeOffset now)
{
    private static readonly string[] Comparisons =
    [
        "==",
        "!=",
        "=~",
        "!~",
        "<",
        "<=",
        ">",
        ">=",
        "has",
        "!has",
        "has_cs",
        "contains",
        "!contains",
        "contains_cs",
        "startswith",
        "!startswith",
        "endswith",
        "!endswith",
        "in",
        "!in",
        "in~",
        "!in~",
        "between",
    ];

    /// <summary>Deeper or longer expressions would run out of stack, here or when they are evaluated.</summary>
    private const int MaximumDepth = 100;
    private const int MaximumTerms = 2000;

    private int _depth;
    private int _terms;

    public IReadOnlyList<KqlColumn> Columns { get; set; } = [];

    public KqlExpression Parse() => Or();

    private KqlExpression Or()
    {
        var left = And();
        while (tokens.TryTake("or"))
        {
            var (a, b) = (left, And());
            left = Bool(row => a.Test(row) || b.Test(row));
        }

        return left;
    }

    private KqlExpression And()
    {
        var left = Comparison();
        while (tokens.TryTake("and"))
        {
            var (a, b) = (left, Comparison());
            left = Bool(row => a.Test(row) && b.Test(row));
        }

        return left;
    }

    private KqlExpression Comparison()
    {
        var left = Sum();
        var token = tokens.Current;
        if (token.Kind is not (KqlTokenKind.Symbol or KqlTokenKind.Identifier) || !Comparisons.Contains(token.Text))
            return left;
        tokens.Take();
        if (token.Text is "in" or "!in" or "in~" or "!in~")
            return In(left, token.Text);
        if (token.Text == "between")
            return Between(left);
        var right = Sum();
        return Compare(token, left, right);
    }

    private static KqlExpression Compare(KqlToken token, KqlExpression left, KqlExpression right)
    {
        var (l, r) = (left.Evaluate, right.Evaluate);
        if (
            token.Text is "<" or "<=" or ">" or ">="
            && (left.Type == KqlType.String || right.Type == KqlType.String)
            && left.Type != KqlType.Dynamic
            && right.Type != KqlType.Dynamic
            && !(left.Type == KqlType.String && right.Type == KqlType.String)
        )
            throw KqlException.Semantic(
                token,
                $"Cannot compare values of types {Spell(left.Type)} and {Spell(right.Type)}. Try adding explicit casts"
            );
        return token.Text switch
        {
            "==" => Bool(row => KqlValues.AreEqual(l(row), r(row))),
            "!=" => Bool(row => !KqlValues.AreEqual(l(row), r(row))),
            "=~" => Text((a, b) => a.Equals(b, StringComparison.OrdinalIgnoreCase)),
            "!~" => Text((a, b) => !a.Equals(b, StringComparison.OrdinalIgnoreCase)),
            "<" => Ordered(c => c < 0),
            "<=" => Ordered(c => c <= 0),
            ">" => Ordered(c => c > 0),
            ">=" => Ordered(c => c >= 0),
            "has" => Text(KqlValues.HasTerm),
            "!has" => Text((a, b) => !KqlValues.HasTerm(a, b)),
            "has_cs" => Text((a, b) => a.Contains(b, StringComparison.Ordinal) && KqlValues.HasTerm(a, b)),
            "contains" => Text((a, b) => a.Contains(b, StringComparison.OrdinalIgnoreCase)),
            "!contains" => Text((a, b) => !a.Contains(b, StringComparison.OrdinalIgnoreCase)),
            "contains_cs" => Text((a, b) => a.Contains(b, StringComparison.Ordinal)),
            "startswith" => Text((a, b) => a.StartsWith(b, StringComparison.OrdinalIgnoreCase)),
            "!startswith" => Text((a, b) => !a.StartsWith(b, StringComparison.OrdinalIgnoreCase)),
            "endswith" => Text((a, b) => a.EndsWith(b, StringComparison.OrdinalIgnoreCase)),
            "!endswith" => Text((a, b) => !a.EndsWith(b, StringComparison.OrdinalIgnoreCase)),
            _ => throw KqlException.Parser(token),
        };

        KqlExpression Text(Func<string, string, bool> test) => Bool(row => test(KqlValues.Text(l(row)), KqlValues.Text(r(row))));

        KqlExpression Ordered(Func<int, bool> test) =>
            Bool(row =>
            {
                var (a, b) = (l(row), r(row));
                // Whatever is compared with null is null, which where takes as false.
                return KqlValues.Plain(a) is not null && KqlValues.Plain(b) is not null && test(KqlValues.Compare(a, b));
            });
    }

    private KqlExpression In(KqlExpression left, string word)
    {
        tokens.Expect("(");
        var values = new List<KqlExpression>();
        do values.Add(Sum());
        while (tokens.TryTake(","));
        tokens.Expect(")");
        var insensitive = word.EndsWith('~');
        var negated = word.StartsWith('!');
        return Bool(row =>
        {
            var value = left.Evaluate(row);
            var found = values.Exists(v =>
                insensitive
                    ? KqlValues.Text(v.Evaluate(row)).Equals(KqlValues.Text(value), StringComparison.OrdinalIgnoreCase)
                    : KqlValues.AreEqual(v.Evaluate(row), value)
            );
            return found != negated;
        });
    }

    private KqlExpression Between(KqlExpression value)
    {
        tokens.Expect("(");
        var low = Sum();
        tokens.Expect(".");
        tokens.Expect(".");
        var high = Sum();
        tokens.Expect(")");
        return Bool(row =>
            KqlValues.Compare(value.Evaluate(row), low.Evaluate(row)) >= 0
            && KqlValues.Compare(value.Evaluate(row), high.Evaluate(row)) <= 0
        );
    }

    private KqlExpression Sum()
    {
        var left = Product();
        while (tokens.Current is { Kind: KqlTokenKind.Symbol, Text: "+" or "-" } token)
        {
            tokens.Take();
            left = Arithmetic(token, left, Product());
        }

        return left;
    }

    private KqlExpression Product()
    {
        var left = Postfix();
        while (tokens.Current is { Kind: KqlTokenKind.Symbol, Text: "*" or "/" or "%" } token)
        {
            tokens.Take();
            left = Arithmetic(token, left, Postfix());
        }

        return left;
    }

    private static KqlExpression Arithmetic(KqlToken token, KqlExpression left, KqlExpression right)
    {
        if (left.Type == KqlType.String || right.Type == KqlType.String)
            throw KqlException.Semantic(token, $"Operator '{token.Text}' cannot be applied to a string; try strcat() or a cast");
        if (left.Type == KqlType.DateTime && token.Text is "+" or "-" && right.Type == KqlType.TimeSpan)
            return new(KqlType.DateTime, null, row => KqlValues.Add(left.Evaluate(row), right.Evaluate(row), token.Text == "+" ? 1 : -1));
        if (left.Type == KqlType.DateTime && token.Text == "-" && right.Type == KqlType.DateTime)
            return new(KqlType.TimeSpan, null, row => KqlValues.Time(left.Evaluate(row)) - KqlValues.Time(right.Evaluate(row)));
        var whole = left.Type == KqlType.Long && right.Type == KqlType.Long;
        return new(
            whole ? KqlType.Long : KqlType.Real,
            null,
            row =>
            {
                if (
                    KqlValues.Number(left.Evaluate(row)) is not { } a
                    || KqlValues.Number(right.Evaluate(row)) is not { } b
                    || (b == 0 && token.Text is "/" or "%" && b == 0)
                )
                    return null;
                var result = token.Text switch
                {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "/" => a / b,
                    _ => a % b,
                };
                return whole ? (object)(long)Math.Truncate(result) : result;
            }
        );
    }

    private KqlExpression Postfix()
    {
        var value = Primary();
        while (true)
        {
            if (tokens.Current.Is(".") && tokens.Next.Kind == KqlTokenKind.Identifier)
            {
                var dot = tokens.Take();
                value = Member(dot, value, tokens.Take().Text);
            }
            else if (tokens.Current.Is("["))
            {
                var bracket = tokens.Take();
                var key = tokens.Take();
                value = key.Kind switch
                {
                    KqlTokenKind.Text => Member(bracket, value, key.Text),
                    KqlTokenKind.Number when int.TryParse(key.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                        Element(bracket, value, index),
                    _ => throw KqlException.Parser(key),
                };
                tokens.Expect("]");
            }
            else
            {
                return value;
            }
        }
    }

    private static KqlExpression Member(KqlToken at, KqlExpression value, string name)
    {
        RequireDynamic(at, value);
        return new(
            KqlType.Dynamic,
            value.Name is null ? null : value.Name + "_" + name,
            row => value.Evaluate(row) is JsonObject json ? Find(json, name) : null
        );
    }

    /// <summary>Members are case-sensitive; tag names are not, in Azure, so the spelling must be that of the tag.</summary>
    private static JsonNode? Find(JsonObject json, string name) => json.TryGetPropertyValue(name, out var found) ? found : null;

    private static KqlExpression Element(KqlToken at, KqlExpression value, int index)
    {
        RequireDynamic(at, value);
        return new(
            KqlType.Dynamic,
            value.Name is null ? null : $"{value.Name}_{index}",
            row => value.Evaluate(row) is JsonArray array && index < array.Count ? array[index] : null
        );
    }

    private static void RequireDynamic(KqlToken at, KqlExpression value)
    {
        if (value.Type != KqlType.Dynamic)
            throw KqlException.Semantic(at, $"Path expression source must be of type 'dynamic', not '{Spell(value.Type)}'");
    }

    private KqlExpression Primary()
    {
        if (++_terms > MaximumTerms || _depth == MaximumDepth)
            throw KqlException.Semantic(tokens.Current, "The query is too complex.");
        _depth++;
        try
        {
            return Term();
        }
        finally
        {
            _depth--;
        }
    }

    private KqlExpression Term()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case KqlTokenKind.Text:
                return Literal(KqlType.String, token.Text);
            case KqlTokenKind.Number:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                        ? Literal(KqlType.Long, whole)
                    : double.TryParse(token.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)
                        ? Literal(KqlType.Real, real)
                    : throw KqlException.Parser(token);
            case KqlTokenKind.TimeSpan:
                return Literal(KqlType.TimeSpan, Span(token));
            case KqlTokenKind.Identifier when token.Text is "true" or "false":
                return Literal(KqlType.Bool, token.Text == "true");
            case KqlTokenKind.Identifier when tokens.Current.Is("("):
                return Call(token);
            case KqlTokenKind.Identifier when !token.Text.StartsWith('!'):
                return Column(token);
            case KqlTokenKind.Symbol when token.Text == "(":
                var inner = Parse();
                tokens.Expect(")");
                return inner;
            case KqlTokenKind.Symbol when token.Text == "-":
                var negated = Postfix();
                return Arithmetic(token, Literal(KqlType.Long, 0L), negated);
            default:
                throw KqlException.Parser(token);
        }
    }

    private KqlExpression Column(KqlToken token)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name != token.Text)
                continue;
            var at = i;
            return new(Columns[i].Type, token.Text, row => row[at]);
        }

        throw KqlException.Semantic(token, $"Failed to resolve scalar expression named '{token.Text}'");
    }

    private KqlExpression Call(KqlToken name)
    {
        tokens.Expect("(");
        var a = new List<KqlExpression>();
        if (name.Text == "datetime" && tokens.Current.Kind != KqlTokenKind.Text)
            return DateTimeLiteral(name);
        while (!tokens.Current.Is(")"))
        {
            a.Add(Parse());
            if (!tokens.TryTake(","))
                break;
        }

        tokens.Expect(")");
        return name.Text switch
        {
            "tostring" => Of(1, KqlType.String, row => KqlValues.Text(a[0].Evaluate(row))),
            "tolower" => Of(1, KqlType.String, row => KqlValues.Text(a[0].Evaluate(row)).ToLowerInvariant()),
            "toupper" => Of(1, KqlType.String, row => KqlValues.Text(a[0].Evaluate(row)).ToUpperInvariant()),
            "trim" => Of(
                2,
                KqlType.String,
                row => KqlValues.Text(a[1].Evaluate(row)).Trim(KqlValues.Text(a[0].Evaluate(row)).ToCharArray())
            ),
            "toint" or "tolong" => Of(1, KqlType.Long, row => KqlValues.Number(a[0].Evaluate(row)) is { } n ? (long)n : null),
            "todouble" or "toreal" => Of(1, KqlType.Real, row => KqlValues.Number(a[0].Evaluate(row))),
            "tobool" => Of(
                1,
                KqlType.Bool,
                row =>
                    KqlValues.Plain(a[0].Evaluate(row)) is bool b
                        ? b
                        : KqlValues.Text(a[0].Evaluate(row)).Equals("true", StringComparison.OrdinalIgnoreCase)
            ),
            "todatetime" or "datetime" => Of(1, KqlType.DateTime, row => KqlValues.Time(a[0].Evaluate(row))),
            "now" => Of(0, KqlType.DateTime, _ => now),
            "ago" => Of(1, KqlType.DateTime, row => KqlValues.Add(now, a[0].Evaluate(row), -1)),
            "isempty" => Of(1, KqlType.Bool, row => KqlValues.IsEmpty(a[0].Evaluate(row))),
            "isnotempty" => Of(1, KqlType.Bool, row => !KqlValues.IsEmpty(a[0].Evaluate(row))),
            "isnull" => Of(1, KqlType.Bool, row => a[0].Evaluate(row) is null),
            "isnotnull" => Of(1, KqlType.Bool, row => a[0].Evaluate(row) is not null),
            "not" => Of(1, KqlType.Bool, row => !a[0].Test(row)),
            "strlen" => Of(1, KqlType.Long, row => (long)KqlValues.Text(a[0].Evaluate(row)).Length),
            "array_length" => Of(1, KqlType.Long, row => a[0].Evaluate(row) is JsonArray array ? (long)array.Count : null),
            "strcat" => Of(null, KqlType.String, row => string.Concat(a.Select(e => KqlValues.Text(e.Evaluate(row))))),
            "coalesce" => Of(
                null,
                a.Count > 0 ? a[0].Type : KqlType.String,
                row => a.Select(e => e.Evaluate(row)).FirstOrDefault(v => !KqlValues.IsEmpty(v))
            ),
            "iff" or "iif" => Of(
                3,
                a.Count > 1 ? a[1].Type : KqlType.String,
                row => a[0].Test(row) ? a[1].Evaluate(row) : a[2].Evaluate(row)
            ),
            "split" => Of(
                2,
                KqlType.Dynamic,
                row => new JsonArray([
                    .. KqlValues.Text(a[0].Evaluate(row)).Split(KqlValues.Text(a[1].Evaluate(row))).Select(s => JsonValue.Create(s)),
                ])
            ),
            _ => throw KqlException.Semantic(name, $"Unknown function: '{name.Text}'"),
        };

        KqlExpression Of(int? arguments, KqlType type, Func<object?[], object?> evaluate)
        {
            if (arguments is { } expected ? a.Count != expected : a.Count == 0)
                throw KqlException.Semantic(
                    name,
                    $"{name.Text}(): function expects {arguments?.ToString(CultureInfo.InvariantCulture) ?? "at least 1"} argument(s)"
                );
            // tostring(tags['role']) becomes the column tags_role, as its argument would.
            return new(type, a.Count == 1 ? a[0].Name : null, evaluate);
        }
    }

    /// <summary><c>datetime(2024-05-01T10:00:00Z)</c>, whose inside is no expression.</summary>
    private KqlExpression DateTimeLiteral(KqlToken name)
    {
        var text = "";
        while (!tokens.Current.Is(")") && tokens.Current.Kind != KqlTokenKind.End)
            text += tokens.Take().Raw;
        tokens.Expect(")");
        return KqlValues.Time(text) is { } at
            ? Literal(KqlType.DateTime, at)
            : throw KqlException.Semantic(name, $"'{text}' is not a datetime");
    }

    private static TimeSpan Span(KqlToken token)
    {
        var digits = token.Text.TrimEnd('d', 'h', 'm', 's');
        var unit = token.Text[digits.Length..] switch
        {
            "d" => TimeSpan.FromDays(1),
            "h" => TimeSpan.FromHours(1),
            "m" => TimeSpan.FromMinutes(1),
            "s" => TimeSpan.FromSeconds(1),
            _ => TimeSpan.FromMilliseconds(1),
        };
        return
            double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit.Ticks < long.MaxValue
            ? unit * number
            : throw KqlException.Parser(token);
    }

    private static KqlExpression Bool(Func<object?[], bool> test) => new(KqlType.Bool, null, row => test(row));

    private static KqlExpression Literal(KqlType type, object value) => new(type, null, _ => value);

    private static string Spell(KqlType type) => type.ToString().ToLowerInvariant();
}
