namespace Shellbox.Embedded.Worker;

/// <summary>What an invocation knows beside its parameters.</summary>
public abstract class BindingContext
{
    /// <summary>The trigger's metadata by name, for instance <c>DequeueCount</c> of a queue message.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
