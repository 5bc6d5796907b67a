using Microsoft.AspNetCore.Http;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>What a trigger hands to an invocation.</summary>
/// <param name="Value">The trigger's own value: message, context, input.</param>
/// <param name="BindingData">What parameters can be bound to by name.</param>
/// <param name="Http">The request of an HTTP function.</param>
internal sealed record InvocationInput(object? Value, IReadOnlyDictionary<string, object?> BindingData, HttpContext? Http = null)
{
    public static IReadOnlyDictionary<string, object?> NoData { get; } = new Dictionary<string, object?>();
}
