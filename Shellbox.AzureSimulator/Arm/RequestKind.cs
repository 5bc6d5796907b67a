namespace Shellbox.AzureSimulator.Arm;

/// <summary>What a request counts as: for its latency and for the token bucket it draws on.</summary>
internal enum RequestKind
{
    Read,
    List,
    Write,
    Delete,
    Action,

    /// <summary>A poll of a long-running operation.</summary>
    OperationStatus,

    /// <summary>Tags and resource groups: Resource Manager answers by itself and brings its own latency.</summary>
    Tags,

    ResourceGraph,
}
