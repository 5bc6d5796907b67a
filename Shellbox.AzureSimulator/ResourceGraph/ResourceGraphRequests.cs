using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>The one operation of Resource Graph.</summary>
internal sealed class ResourceGraphRequests(SimulatedCloud cloud)
{
    private const int MaximumRows = 1000;
    private readonly ResourceGraphQuota _quota = new(cloud.Clock);

    /// <summary>Which rows of a query's result are asked for.</summary>
    private sealed record Paging(string Query, int Skip, int Top);

    public IEnumerable<ArmRoute> Routes()
    {
        yield return new(
            "ResourceGraph_Resources",
            "POST /providers/Microsoft.ResourceGraph/resources",
            ApiVersions.ResourceGraph,
            RequestKind.ResourceGraph,
            Query
        );
    }

    private Task<ArmResponse> Query(ArmCall call)
    {
        var quota = Quota(call);
        var body = call.Body();
        var text = body.GetString("query") ?? throw Refused([Detail("InvalidQuery", "The query is missing.")]);
        var options = body.GetObject("options") ?? [];
        var top = options.GetInt32("$top") ?? MaximumRows;
        var skip = options.GetInt32("$skip") ?? 0;
        if (top is < 1 or > MaximumRows)
            throw Refused([Detail("InvalidParameter", $"$top is {top}; it is a number from 1 to {MaximumRows}.")]);
        if (skip < 0)
            throw Refused([Detail("InvalidParameter", $"$skip is {skip}; it is not negative.")]);
        var format = options.GetString("resultFormat") ?? "objectArray";
        if (
            !format.Equals("table", StringComparison.OrdinalIgnoreCase) && !format.Equals("objectArray", StringComparison.OrdinalIgnoreCase)
        )
            throw Refused([Detail("InvalidParameter", $"The resultFormat '{format}' is not one of 'table' and 'objectArray'.")]);
        if (options.GetString("$skipToken") is { Length: > 0 } token)
            skip = Position(token, text);

        var now = cloud.Clock.Now;
        var mine =
            body.GetArray("subscriptions") is not { Count: > 0 } subscriptions
            || subscriptions.Any(s => string.Equals(s?.ToString(), cloud.Ids.Subscription, StringComparison.OrdinalIgnoreCase));
        KqlTable result;
        bool limited;
        try
        {
            (result, limited) = KqlQuery.Run(text, table => mine ? cloud.Graph.Rows(table, now) : [], now);
        }
        catch (KqlException e)
        {
            throw Refused([
                Detail(
                    "InvalidQuery",
                    "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error "
                        + "before retrying."
                ),
                Detail(e),
            ]);
        }

        var answer = Page(result, new Paging(text, skip, top), format, isPaged: !limited && result.Columns.Any(c => c.Name == "id"));
        foreach (var (name, value) in quota)
            answer.Headers[name] = value;
        return Task.FromResult(answer);
    }

    private static ArmResponse Page(KqlTable result, Paging paging, string format, bool isPaged)
    {
        var (query, skip, top) = paging;
        var rows = result.Rows.Skip(skip).Take(top).ToList();
        var more = result.Rows.Count > skip + rows.Count;
        var body = new JsonObject
        {
            ["totalRecords"] = result.Rows.Count,
            ["count"] = rows.Count,
            ["resultTruncated"] = more ? "true" : "false",
            ["facets"] = new JsonArray(),
            ["data"] = format.Equals("table", StringComparison.OrdinalIgnoreCase)
                ? Table(result.Columns, rows)
                : Objects(result.Columns, rows),
        };
        // Without the column id Resource Graph gives no token, and the rest of the rows cannot be had.
        if (more && isPaged)
            body["$skipToken"] = Token(query, skip + rows.Count);
        return ArmResponse.Ok(body);
    }

    private static JsonArray Objects(IReadOnlyList<KqlColumn> columns, List<object?[]> rows) =>
        new([.. rows.Select(row => new JsonObject(columns.Select((c, i) => KeyValuePair.Create(c.Name, KqlValues.ToJson(row[i])))))]);

    private static JsonObject Table(IReadOnlyList<KqlColumn> columns, List<object?[]> rows) =>
        new()
        {
            ["columns"] = new JsonArray([.. columns.Select(c => new JsonObject { ["name"] = c.Name, ["type"] = Spell(c.Type) })]),
            ["rows"] = new JsonArray([.. rows.Select(row => new JsonArray([.. row.Select(KqlValues.ToJson)]))]),
        };

    private static string Spell(KqlType type) =>
        type switch
        {
            KqlType.Long => "integer",
            KqlType.Real => "number",
            KqlType.Bool => "boolean",
            KqlType.Dynamic => "object",
            _ => "string",
        };

    private Dictionary<string, string> Quota(ArmCall call)
    {
        var (allowed, remaining, resets) = _quota.Take();
        var headers = new Dictionary<string, string>
        {
            ["x-ms-user-quota-remaining"] = remaining.ToString(CultureInfo.InvariantCulture),
            ["x-ms-user-quota-resets-after"] = Whole(cloud.Clock.ToReal(resets)).ToString("c", CultureInfo.InvariantCulture),
        };
        if (allowed || !cloud.Options.Throttling)
            return headers;
        throw new ArmException(
            new ArmError(429, "RateLimiting", Support(call))
            {
                RetryAfter = resets,
                Headers = headers,
                Details =
                [
                    Detail(
                        "RateLimiting",
                        "Client application has been throttled and should not attempt to repeat the request until an amount of "
                            + "time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
                    ),
                ],
            }
        );
    }

    // A hint of zero seconds would have the client come back too soon.
    private static TimeSpan Whole(TimeSpan real) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(real.TotalSeconds)));

    private ArmException Refused(JsonArray details) => new(new ArmError(400, "BadRequest", Support(null)) { Details = details });

    private string Support(ArmCall? call) =>
        $"Please provide below info when asking for support: timestamp = {cloud.Clock.Now:O}, correlationId = "
        + $"{call?.RequestId ?? Guid.Empty.ToString()}.";

    private static JsonObject Detail(string code, string message) => new() { ["code"] = code, ["message"] = message };

    private static JsonObject Detail(KqlException e)
    {
        var detail = new JsonObject
        {
            ["code"] = e.Code,
            ["message"] = e.Message,
            ["line"] = e.Token.Line,
            ["characterPositionInLine"] = e.Token.Column,
            ["token"] = e.Token.Raw,
        };
        if (e.Expected is not null)
            detail["expectedToken"] = e.Expected;
        return detail;
    }

    /// <summary>The token knows its query: with another one it makes no sense.</summary>
    private static string Token(string query, int position) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Hash(query):x8}:{position}")));

    private int Position(string token, string query)
    {
        var bytes = new byte[token.Length];
        if (
            Convert.TryFromBase64String(token, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':') is [var hash, var position]
            && hash == Hash(query).ToString("x8", CultureInfo.InvariantCulture)
            && int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var skip)
        )
            return skip;
        throw Refused([Detail("InvalidSkipToken", "The $skipToken is not valid for this query.")]);
    }

    private static uint Hash(string text)
    {
        unchecked
        {
            var hash = 2166136261u;
            foreach (var c in text)
                hash = (hash ^ c) * 16777619u;
            return hash;
        }
    }
}
