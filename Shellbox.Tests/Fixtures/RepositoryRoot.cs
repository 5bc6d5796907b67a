using System.Reflection;

namespace Shellbox.Tests.Fixtures;

/// <summary>Where this build's sources are: the tests use the repository's own tools (Azurite, the guest, the scripts).</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } =
        typeof(RepositoryRoot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
