using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Binds a parameter to the client of this host's orchestrations.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DurableClientAttribute : InputBindingAttribute;
