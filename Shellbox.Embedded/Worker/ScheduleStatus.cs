namespace Shellbox.Embedded.Worker;

/// <summary>The state of a monitored schedule.</summary>
public class ScheduleStatus
{
    /// <summary>The previous occurrence.</summary>
    public DateTime Last { get; set; }

    /// <summary>The occurrence now firing.</summary>
    public DateTime Next { get; set; }

    /// <summary>When the state was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
