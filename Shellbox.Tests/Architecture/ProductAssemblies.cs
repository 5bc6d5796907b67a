using System.Reflection;

namespace Shellbox.Tests.Architecture;

/// <summary>The assemblies of this repository's build, as they lie beside the tests.</summary>
internal static class ProductAssemblies
{
    /// <summary>The files of what is shipped: all of Shellbox but its tests.</summary>
    public static IEnumerable<string> Files =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "Shellbox.*.dll")
            .Where(f => !Path.GetFileName(f).StartsWith("Shellbox.Tests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The same with the tests, to look at their types.</summary>
    public static IEnumerable<Assembly> WithTests => Files.Select(Assembly.LoadFrom).Append(typeof(ProductAssemblies).Assembly);
}
