namespace Shellbox.Build.Processes;

/// <summary>How a tool is asked to end.</summary>
internal enum StopSignal
{
    /// <summary>SIGTERM, to all that it has started.</summary>
    Terminate,

    /// <summary>SIGINT, to it alone: for one that ends in order by itself.</summary>
    Interrupt,
}
