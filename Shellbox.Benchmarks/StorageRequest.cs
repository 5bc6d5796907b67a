using System.Globalization;
using System.Text.RegularExpressions;

namespace Shellbox.Benchmarks;

/// <summary>One request to Azurite, which is one transaction of a storage account (a batch of table rows is one too).</summary>
/// <param name="Service">Whom it went to.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">What it was about, without the account.</param>
/// <param name="Status">How it was answered.</param>
internal sealed partial record StorageRequest(StorageService Service, string Method, string Path, int Status)
{
    /// <summary>Reads a line of Azurite's log; null when it is not about a request.</summary>
    public static StorageRequest? Parse(string line)
    {
        if (Line().Match(line) is not { Success: true } match)
            return null;
        var (method, url) = (match.Groups["method"].Value, match.Groups["url"].Value);
        var query = url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[at..] : "";
        var path = url[..^query.Length];
        var status = int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture);
        return new StorageRequest(ServiceOf(method, path, query), method, path, status);
    }

    /// <summary>The three services listen on ports of their own, which the log does not name.</summary>
    private static StorageService ServiceOf(string method, string path, string query)
    {
        if (IsIn("restype=container", query) || IsIn("comp=lease", query))
            return StorageService.Blob;
        if (IsIn("/messages", path))
            return StorageService.Queue;
        if (path is "$batch" or "Tables" || IsIn("(", path) || IsIn("%28", path))
            return StorageService.Table;
        if (IsIn("/", path))
            return StorageService.Blob;

        // A name alone: a row for a table, or something about a queue.
        return method == "POST" ? StorageService.Table : StorageService.Queue;

        static bool IsIn(string part, string text) => text.Contains(part, StringComparison.Ordinal);
    }

    [GeneratedRegex(
        "\"(?<method>[A-Z]+) /devstoreaccount1/?(?<url>\\S*) HTTP/1\\.1\" (?<status>\\d{3})",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();
}
