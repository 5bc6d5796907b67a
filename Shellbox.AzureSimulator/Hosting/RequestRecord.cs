namespace Shellbox.AzureSimulator.Hosting;

/// <summary>A request that Resource Manager was sent, and its answer.</summary>
/// <param name="RequestId">The x-ms-request-id of the answer.</param>
/// <param name="Time">When it came.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Query">The query string, with its question mark.</param>
/// <param name="Operation">The operation id of the REST reference; empty for a URL that is none.</param>
/// <param name="Resource">The name of the resource in the URL.</param>
/// <param name="Body">The body that was sent.</param>
/// <param name="Status">The status of the answer; 0 when none was sent.</param>
/// <param name="Code">The error code of the answer, if it was an error.</param>
/// <param name="Elapsed">How long it took, in real time.</param>
/// <param name="FaultId">The fault that befell it, if one did.</param>
public sealed record RequestRecord(
    string RequestId,
    DateTimeOffset Time,
    string Method,
    string Path,
    string Query,
    string Operation,
    string Resource,
    string Body,
    int Status,
    string? Code,
    TimeSpan Elapsed,
    int? FaultId
);
