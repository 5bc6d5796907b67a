using System.Reflection;

namespace Shellbox.Embedded.Hosting;

/// <summary>What only the embedded host can be told; an app that also runs on the official host leaves it alone.</summary>
public sealed class EmbeddedHostOptions
{
    /// <summary>The assemblies whose functions are hosted. None, and no types: the entry assembly and those it references.</summary>
    public IList<Assembly> Assemblies { get; } = [];

    /// <summary>Single types whose functions are hosted, beside those of <see cref="Assemblies"/>.</summary>
    public IList<Type> FunctionTypes { get; } = [];

    /// <summary>The file of the orchestrations; null: <c>EmbeddedHost:DatabasePath</c>, else <c>.shellbox/durable.db</c> in the script root.</summary>
    public string? DatabasePath { get; set; }
}
