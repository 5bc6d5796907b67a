using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Shellbox.Activities.Audit;
using Shellbox.Contracts.Audit;

namespace Shellbox.Functions.Audit;

/// <summary>What the requests for the audit log have in common.</summary>
internal static partial class EventRequests
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <exception cref="BadHttpRequestException">A part of the query is not of its form.</exception>
    public static EventQuery ReadEventQuery(this HttpRequest request, BoxKey? box)
    {
        var day = Text(request, "day");
        var limit = Text(request, "limit");
        var (parsedDay, parsedLimit) = (default(DateOnly), DefaultLimit);
        if (day is not null && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out parsedDay))
        {
            throw new BadHttpRequestException($"'day' is a day in UTC, as in 2026-11-25; it was '{day}'.");
        }

        if (
            limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out parsedLimit) || parsedLimit is < 1 or > MaxLimit)
        )
        {
            throw new BadHttpRequestException($"'limit' is a number from 1 to {MaxLimit}; it was '{limit}'.");
        }

        return new EventQuery(
            box,
            day is null ? null : parsedDay,
            Word(request, "instance"),
            Word(request, "kind"),
            Word(request, "after"),
            parsedLimit
        );
    }

    public static async Task<BoxEventList> FindAsync(EventLog events, EventQuery query, CancellationToken cancellationToken)
    {
        var (found, next) = await events.FindAsync(query, cancellationToken);
        return new BoxEventList(
            [.. found.Select(e => new BoxEvent(e.At, e.Kind, e.Subject, e.Detail, e.OperationId, e.InstanceId, e.Seconds))],
            next
        );
    }

    private static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static string? Word(HttpRequest request, string name) =>
        Text(request, name) is not { } text || WordPattern().IsMatch(text)
            ? Text(request, name)
            : throw new BadHttpRequestException($"'{name}' is of letters, digits and -_. and at most 120 long; it was '{text}'.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,120}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordPattern();
}
