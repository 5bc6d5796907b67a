namespace Shellbox.AzureSimulator.Hosting;

/// <summary>A request that Resource Manager was sent, and its answer.</summary>
public sealed record RequestRecord
{
    /// <summary>The x-ms-request-id of the answer.</summary>
    public required string RequestId { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The query string, with its question mark.</summary>
    public required string Query { get; init; }

    /// <summary>The operation id of the REST reference; empty for a URL that is none.</summary>
    public required string Operation { get; init; }

    /// <summary>The name of the resource in the URL.</summary>
    public required string Resource { get; init; }

    /// <summary>The body that was sent.</summary>
    public required string Body { get; init; }

    /// <summary>The status of the answer; 0 when none was sent.</summary>
    public required int Status { get; init; }

    /// <summary>The error code of the answer, if it was an error.</summary>
    public required string? Code { get; init; }

    /// <summary>How long it took, in real time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The fault that hit it, if one did.</summary>
    public required int? FaultId { get; init; }
}
