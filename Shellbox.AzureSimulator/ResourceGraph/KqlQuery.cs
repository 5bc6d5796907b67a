using System.Globalization;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>
/// Runs a query of the grammar <c>Table | where | extend | project | project-away | project-keep | summarize | distinct |
/// order by | top | limit | count</c>. Each operator is bound to the columns that the one before it leaves.
/// </summary>
internal sealed class KqlQuery
{
    private readonly KqlTokenReader _tokens;
    private readonly KqlExpressionParser _expressions;
    private readonly Func<GraphTable, IReadOnlyList<object?[]>> _rows;

    private KqlQuery(string text, Func<GraphTable, IReadOnlyList<object?[]>> rows, DateTimeOffset now)
    {
        _tokens = new KqlTokenReader(KqlLexer.Read(text));
        _expressions = new KqlExpressionParser(_tokens, now);
        _rows = rows;
    }

    /// <summary>Whether the query limits its own result; such a result is not paged.</summary>
    public bool IsLimited { get; private set; }

    /// <exception cref="KqlException">The query is outside the grammar or names what is not there.</exception>
    public static (KqlTable Result, bool IsLimited) Run(string text, Func<GraphTable, IReadOnlyList<object?[]>> rows, DateTimeOffset now)
    {
        var query = new KqlQuery(text, rows, now);
        return (query.Run(), query.IsLimited);
    }

    private KqlTable Run()
    {
        var table = Source();
        while (_tokens.TryTake("|"))
        {
            _expressions.Columns = table.Columns;
            table = Operator(table);
        }

        _tokens.TryTake(";");
        return _tokens.Current.Kind == KqlTokenKind.End ? table : throw KqlException.Parser(_tokens.Current, "|");
    }

    private KqlTable Source()
    {
        var name = _tokens.ExpectIdentifier();
        if (!Enum.TryParse<GraphTable>(name.Text, ignoreCase: true, out var table) || char.IsDigit(name.Text[0]))
            throw KqlException.Semantic(
                name,
                $"Table '{name.Text}' is not supported or not simulated. Resources and ResourceContainers are."
            );
        return new KqlTable(GraphRow.Columns, _rows(table));
    }

    private KqlTable Operator(KqlTable table)
    {
        var name = _tokens.Take();
        if (name.Kind != KqlTokenKind.Identifier)
            throw KqlException.Parser(name, "an operator");
        switch (name.Text)
        {
            case "where" or "filter":
                var condition = _expressions.Parse();
                return table with { Rows = [.. table.Rows.Where(condition.Test)] };
            case "extend":
                return Extend(table);
            case "project":
                var (columns, expressions) = Named();
                return new KqlTable(columns, [.. table.Rows.Select(r => expressions.Select(e => e.Evaluate(r)).ToArray())]);
            case "project-away":
                return Keep(table, Names(table), keep: false);
            case "project-keep":
                return Keep(table, Names(table), keep: true);
            case "summarize":
                return Summarize(table);
            case "distinct":
                return Distinct();
            case "order" or "sort":
                _tokens.Expect("by");
                return table with { Rows = Sorted(table.Rows, Keys()) };
            case "top":
                var top = Count();
                _tokens.Expect("by");
                IsLimited = true;
                return table with { Rows = [.. Sorted(table.Rows, Keys()).Take(top)] };
            case "limit" or "take":
                var atMost = Count();
                IsLimited = true;
                return table with { Rows = [.. table.Rows.Take(atMost)] };
            case "count":
                return new KqlTable(
                    [new("Count", KqlType.Long)],
                    [
                        [(long)table.Rows.Count],
                    ]
                );
            default:
                throw KqlException.Parser(name, "an operator");
        }

        KqlTable Distinct()
        {
            var (columns, expressions) = Named();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var rows = table.Rows.Select(r => expressions.Select(e => e.Evaluate(r)).ToArray()).Where(r => seen.Add(Key(r)));
            return new KqlTable(columns, [.. rows]);
        }
    }

    private KqlTable Extend(KqlTable table)
    {
        var (names, expressions) = Named();
        var columns = table.Columns.ToList();
        var places = new List<int>();
        foreach (var column in names)
        {
            var at = columns.FindIndex(c => c.Name == column.Name);
            if (at < 0)
                columns.Add(column);
            else
                columns[at] = column;
            places.Add(at < 0 ? columns.Count - 1 : at);
        }

        return new KqlTable(columns, [.. table.Rows.Select(Extended)]);

        object?[] Extended(object?[] row)
        {
            var wider = new object?[columns.Count];
            row.CopyTo(wider, 0);
            for (var i = 0; i < expressions.Count; i++)
                wider[places[i]] = expressions[i].Evaluate(row);
            return wider;
        }
    }

    private KqlTable Summarize(KqlTable table)
    {
        var aggregates = new List<(KqlColumn Column, Func<IReadOnlyList<object?[]>, object?> Of)>();
        while (!_tokens.Current.Is("by") && _tokens.Current.Kind != KqlTokenKind.End && !_tokens.Current.Is("|"))
        {
            aggregates.Add(Aggregate());
            if (!_tokens.TryTake(","))
                break;
        }

        var keys = new List<KqlColumn>();
        var expressions = new List<KqlExpression>();
        if (_tokens.TryTake("by"))
        {
            var start = _tokens.Current;
            (keys, expressions) = Named();
            // Resource Graph refuses dynamic keys: tostring(tags['x']), not tags['x'].
            if (keys.Find(k => k.Type == KqlType.Dynamic) is { } dynamic)
                throw KqlException.Semantic(
                    start,
                    $"Summarize group key '{dynamic.Name}' is of a 'dynamic' type. Please use an explicit cast (for example, "
                        + $"'summarize ... by tostring({dynamic.Name})') as grouping by a 'dynamic' type is not supported."
                );
        }

        var groups = table
            .Rows.Select(r => (Row: r, Key: expressions.Select(e => e.Evaluate(r)).ToArray()))
            .GroupBy(r => Key(r.Key), StringComparer.Ordinal);
        var rows = groups.Select(g => (object?[])[.. g.First().Key, .. aggregates.Select(a => a.Of([.. g.Select(r => r.Row)]))]).ToList();
        if (rows.Count == 0 && keys.Count == 0)
            rows.Add([.. aggregates.Select(a => a.Of([]))]);
        return new KqlTable([.. keys, .. aggregates.Select(a => a.Column)], rows);
    }

    private (KqlColumn Column, Func<IReadOnlyList<object?[]>, object?> Of) Aggregate()
    {
        string? given = null;
        if (_tokens.Next.Is("="))
        {
            given = _tokens.ExpectIdentifier().Text;
            _tokens.Expect("=");
        }

        var function = _tokens.ExpectIdentifier();
        _tokens.Expect("(");
        var argument = _tokens.Current.Is(")") ? null : _expressions.Parse();
        _tokens.Expect(")");
        if (function.Text == "count")
            return (new(given ?? "count_", KqlType.Long), rows => (long)rows.Count);
        if (argument is null)
            throw KqlException.Semantic(function, $"{function.Text}(): function expects 1 argument(s)");
        var name = given ?? $"{function.Text}_{argument.Name}";
        var of = argument.Evaluate;
        return function.Text switch
        {
            "countif" => (new(given ?? "countif_", KqlType.Long), rows => (long)rows.Count(argument.Test)),
            "dcount" => (
                new(name, KqlType.Long),
                rows => (long)rows.Select(r => KqlValues.Text(of(r))).Distinct(StringComparer.Ordinal).Count()
            ),
            "sum" => (
                new(name, argument.Type == KqlType.Long ? KqlType.Long : KqlType.Real),
                rows =>
                {
                    var sum = rows.Sum(r => KqlValues.Number(of(r)) ?? 0);
                    return argument.Type == KqlType.Long ? (long)sum : sum;
                }
            ),
            "avg" => (new(name, KqlType.Real), rows => rows.Select(r => KqlValues.Number(of(r))).Average()),
            "min" => (
                new(name, argument.Type),
                rows => rows.Select(of).Where(v => v is not null).Order(Comparer<object?>.Create(KqlValues.Compare)).FirstOrDefault()
            ),
            "max" => (
                new(name, argument.Type),
                rows => rows.Select(of).Where(v => v is not null).Order(Comparer<object?>.Create(KqlValues.Compare)).LastOrDefault()
            ),
            _ => throw KqlException.Semantic(function, $"Unknown aggregate function: '{function.Text}'"),
        };
    }

    /// <summary>A list of expressions, each with or without a name of its own.</summary>
    private (List<KqlColumn> Columns, List<KqlExpression> Expressions) Named()
    {
        var columns = new List<KqlColumn>();
        var expressions = new List<KqlExpression>();
        do
        {
            string? given = null;
            if (_tokens.Current.Kind == KqlTokenKind.Identifier && _tokens.Next.Is("="))
            {
                given = _tokens.Take().Text;
                _tokens.Take();
            }

            var expression = _expressions.Parse();
            var name = given ?? expression.Name ?? "Column" + (columns.Count + 1).ToString(CultureInfo.InvariantCulture);
            for (var n = 1; columns.Exists(c => c.Name == name); n++)
                name = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') + n.ToString(CultureInfo.InvariantCulture);
            columns.Add(new KqlColumn(name, expression.Type));
            expressions.Add(expression);
        } while (_tokens.TryTake(","));
        return (columns, expressions);
    }

    private HashSet<string> Names(KqlTable table)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var name = _tokens.ExpectIdentifier();
            if (!table.Columns.Any(c => c.Name == name.Text))
                throw KqlException.Semantic(name, $"Failed to resolve column named '{name.Text}'");
            names.Add(name.Text);
        } while (_tokens.TryTake(","));
        return names;
    }

    private static KqlTable Keep(KqlTable table, HashSet<string> names, bool keep)
    {
        var places = Enumerable.Range(0, table.Columns.Count).Where(i => names.Contains(table.Columns[i].Name) == keep).ToList();
        return new KqlTable([.. places.Select(i => table.Columns[i])], [.. table.Rows.Select(r => places.Select(i => r[i]).ToArray())]);
    }

    private List<(KqlExpression Key, bool Ascending)> Keys()
    {
        var keys = new List<(KqlExpression, bool)>();
        do
        {
            var at = _tokens.Current;
            var key = _expressions.Parse();
            if (key.Type == KqlType.Dynamic)
                throw KqlException.Semantic(
                    at,
                    $"order operator: key '{key.Name}' can't be of dynamic type. Try adding an explicit cast, such as tostring()"
                );
            // Descending is KQL's default.
            var ascending = _tokens.TryTake("asc");
            if (!ascending)
                _tokens.TryTake("desc");
            if (_tokens.TryTake("nulls"))
                _tokens.ExpectIdentifier();
            keys.Add((key, ascending));
        } while (_tokens.TryTake(","));
        return keys;
    }

    private static List<object?[]> Sorted(IReadOnlyList<object?[]> rows, List<(KqlExpression Key, bool Ascending)> keys)
    {
        var comparer = Comparer<object?>.Create(KqlValues.Compare);
        IOrderedEnumerable<object?[]>? sorted = null;
        foreach (var (key, ascending) in keys)
        {
            sorted = (sorted, ascending) switch
            {
                (null, true) => rows.OrderBy(key.Evaluate, comparer),
                (null, false) => rows.OrderByDescending(key.Evaluate, comparer),
                (_, true) => sorted.ThenBy(key.Evaluate, comparer),
                (_, false) => sorted.ThenByDescending(key.Evaluate, comparer),
            };
        }

        return [.. sorted!];
    }

    private int Count()
    {
        var token = _tokens.Take();
        return token.Kind == KqlTokenKind.Number && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw KqlException.Parser(token, "a number");
    }

    private static string Key(object?[] values) => string.Join('\u0001', values.Select(KqlValues.Text));
}
