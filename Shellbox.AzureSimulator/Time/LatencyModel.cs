namespace Shellbox.AzureSimulator.Time;

/// <summary>
/// How long Azure takes, in simulated time. Sources: connect-performance-analysis.md for VM updates and Resource Graph;
/// azuredisk-csi-driver#269, #473 and #3712 for disks; Azure/aks-engine#2888 for the slow tail.
/// </summary>
internal sealed class LatencyModel(RandomStreams streams)
{
    /// <summary>A read answered by a resource provider.</summary>
    public TimeSpan Read(string resource) => streams.Next(resource, "read").SecondsBetween(0.015, 0.06);

    /// <summary>From a write's arrival to its 200, 201 or 202.</summary>
    public TimeSpan Accept(string resource) => streams.Next(resource, "accept").SecondsBetween(0.15, 0.5);

    public TimeSpan ResourceGraphQuery() => streams.Next("resourcegraph", "query").SecondsBetween(0.08, 0.25);

    /// <summary>30-60 s, more than 60 s in 5.5 % and more than 120 s in 0.8 % of the cases (aks-engine#2888).</summary>
    public TimeSpan VirtualMachineWrite(string resource)
    {
        var stream = streams.Next(resource, "write");
        return stream.NextDouble() switch
        {
            < 0.945 => stream.SecondsBetween(30, 60),
            < 0.992 => stream.SecondsBetween(60, 120),
            _ => stream.SecondsBetween(120, 180),
        };
    }

    /// <summary>From the acceptance of an attach until the guest OS sees the disk (azuredisk-csi-driver#269).</summary>
    public TimeSpan DiskVisible(string disk) => streams.Next(disk, "visible").SecondsBetween(5, 15);

    /// <summary>
    /// From the acceptance of a detach until the disk is free: longer than an attach (azuredisk-csi-driver#473), and 30-120 s on bad
    /// days (#3712), which are taken to be as rare as other slow operations.
    /// </summary>
    public TimeSpan DiskGone(string disk)
    {
        var stream = streams.Next(disk, "gone");
        return stream.NextDouble() < 0.945 ? stream.SecondsBetween(10, 30) : stream.SecondsBetween(30, 120);
    }

    /// <summary>What still runs after a disk is visible or gone and before the operation reports its end.</summary>
    public TimeSpan Settle(string disk) => streams.Next(disk, "settle").SecondsBetween(2, 8);

    /// <summary>Create, update or delete of a disk or snapshot: 2.5 s typically (azuredisk-csi-driver#473).</summary>
    public TimeSpan DiskWrite(string disk) => streams.Next(disk, "write").SecondsBetween(1.5, 3.5);

    public TimeSpan VirtualMachineDelete(string resource) => streams.Next(resource, "delete").SecondsBetween(25, 60);

    public TimeSpan PowerOn(string resource) => streams.Next(resource, "start").SecondsBetween(15, 40);

    public TimeSpan PowerOff(string resource) => streams.Next(resource, "stop").SecondsBetween(5, 20);

    public TimeSpan Deallocate(string resource) => streams.Next(resource, "deallocate").SecondsBetween(20, 60);

    public TimeSpan Restart(string resource) => streams.Next(resource, "restart").SecondsBetween(15, 30);

    /// <summary>What Run Command costs beside the script: its documentation says about 20 s.</summary>
    public TimeSpan RunCommand(string resource) => streams.Next(resource, "runcommand").SecondsBetween(12, 24);

    /// <summary>A tag update through the tags resource.</summary>
    public TimeSpan TagWrite(string resource) => streams.Next(resource, "tags").SecondsBetween(0.3, 1);

    /// <summary>How long a GET of the resource may still show the tags from before (azure-cli#29566).</summary>
    public TimeSpan TagLag(string resource) => streams.Next(resource, "taglag").SecondsBetween(0, 3);

    /// <summary>5-120 s, most below 30 s ("most changes show in under 30 s, the old system saw up to 2 min").</summary>
    public TimeSpan ResourceGraphLag(string resource)
    {
        var stream = streams.Next(resource, "graphlag");
        return stream.NextDouble() < 0.8 ? stream.SecondsBetween(5, 30) : stream.SecondsBetween(30, 120);
    }

    /// <summary>Identifiers such as vmId or uniqueId: reproducible too.</summary>
    public Guid Identifier(string resource) => streams.Next(resource, "id").NextGuid();
}
