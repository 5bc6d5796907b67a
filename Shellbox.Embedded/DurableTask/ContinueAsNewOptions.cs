namespace Shellbox.Embedded.DurableTask;

/// <summary>How an orchestration begins anew.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The new input.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that nothing has awaited yet are kept. On by default.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The new version; null: as before.</summary>
    public string? NewVersion { get; set; }
}
