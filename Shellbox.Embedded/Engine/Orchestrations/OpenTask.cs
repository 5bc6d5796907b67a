namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>Something the orchestrator asked for and that has not come back.</summary>
internal abstract class OpenTask
{
    public required string Name { get; init; }

    public abstract void Succeed(string? data);

    public abstract void Fail(Exception exception);

    public abstract void Cancel(CancellationToken cancellation);
}
