using System.Diagnostics;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>The trace that an invocation was begun in.</summary>
internal sealed class InvocationTraceContext(Activity? activity) : TraceContext
{
    public override string TraceParent => activity?.Id ?? string.Empty;

    public override string TraceState => activity?.TraceStateString ?? string.Empty;
}
