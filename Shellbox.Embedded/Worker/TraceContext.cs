namespace Shellbox.Embedded.Worker;

/// <summary>The distributed trace that an invocation belongs to.</summary>
public abstract class TraceContext
{
    /// <summary>The W3C <c>traceparent</c>; empty without a trace.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The W3C <c>tracestate</c>; empty without one.</summary>
    public abstract string TraceState { get; }
}
