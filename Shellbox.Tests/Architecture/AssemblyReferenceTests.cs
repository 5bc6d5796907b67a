using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Shellbox.Tests.Architecture;

/// <summary>
/// Which project knows which: the arrows of docs/architecture.md. Read from the built assemblies, whose references are those that their
/// code makes use of.
/// </summary>
public sealed class AssemblyReferenceTests
{
    /// <summary>What each may refer to, of this repository. Whoever adds a project says so here.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Shellbox.Contracts"] = [],
        ["Shellbox.Activities"] = ["Shellbox.Contracts"],
        ["Shellbox.Functions"] = ["Shellbox.Activities", "Shellbox.Contracts"],
        ["Shellbox.Cli"] = ["Shellbox.Contracts", "Shellbox.LocalCloud"],
        ["Shellbox.Gateway"] = ["Shellbox.Contracts"],
        ["Shellbox.Agent"] = ["Shellbox.Contracts"],

        // They meet the app on the wire.
        ["Shellbox.LocalCloud"] = [],
        ["Shellbox.LocalHost"] = [],
        ["Shellbox.AzureSimulator"] = [],
    };

    public static TheoryData<string> Assemblies => [.. ProductAssemblies.Files.Select(f => Path.GetFileNameWithoutExtension(f))];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_refers_only_to_those_below_it(string assembly)
    {
        Assert.True(Allowed.ContainsKey(assembly), $"It is not said what {assembly} may refer to.");

        var own = ReferencesOf(assembly).Where(r => r.StartsWith("Shellbox.", StringComparison.Ordinal));

        Assert.Empty(own.Except(Allowed[assembly]));
    }

    [Fact]
    public void References_are_read_from_what_was_built() => Assert.Contains("Shellbox.Activities", ReferencesOf("Shellbox.Functions"));

    [Fact]
    public void Triggers_and_orchestrators_leave_Azures_resources_to_the_activities() =>
        Assert.DoesNotContain(ReferencesOf("Shellbox.Functions"), r => r.StartsWith("Azure.ResourceManager", StringComparison.Ordinal));

    private static List<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }
}
