namespace Shellbox.Cli.Api;

internal sealed record PoolReport(
    InstanceCounts Instances,
    VolumeCounts? Volumes = null,
    BlankBoxCounts? BlankBoxes = null,
    PoolGrowth? Growth = null,
    PoolPause? Paused = null
);
