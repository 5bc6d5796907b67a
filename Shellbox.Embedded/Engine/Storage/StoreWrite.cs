namespace Shellbox.Embedded.Engine.Storage;

/// <summary>Something to be written. Several writes may share one transaction.</summary>
internal abstract class StoreWrite
{
    /// <summary>Writes. It may be called again when another write spoiled the transaction, so it keeps nothing from an earlier call.</summary>
    public abstract void Apply(StoreWriter writer);

    /// <summary>Called on the writer's thread when the write is on disk, in the order of the writes. It must not block.</summary>
    public abstract void Committed();

    /// <summary>Called on the writer's thread when the write could not be made; nothing of it is on disk.</summary>
    public abstract void Failed(Exception exception);
}
