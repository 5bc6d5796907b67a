namespace Shellbox.Embedded.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique to the invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The function's id.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The function.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>The trigger's metadata.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>The trace.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>Null: this host has no function-level retry policies, as the official one has none unless the app asks for them.</summary>
    public abstract RetryContext? RetryContext { get; }

    /// <summary>The services of the invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>A place for the app's own values.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Cancelled when the caller leaves, when <c>functionTimeout</c> is over, or when the host stops.</summary>
    public virtual CancellationToken CancellationToken { get; }
}
