using System.Text.RegularExpressions;
using Shellbox.Embedded.Hosting;
using Xunit;

namespace Shellbox.Tests.Embedded;

/// <summary>Holds the embedded host's programming model against the official one, so that the app compiles against either.</summary>
public partial class ApiSurfaceTests
{
    private static readonly (string Here, string Official)[] WorkerFacing =
    [
        ("Shellbox.Embedded.Worker", "Microsoft.Azure.Functions.Worker"),
        ("Shellbox.Embedded.DurableTask", "Microsoft.DurableTask"),
    ];

    [Fact]
    public void Everything_an_app_can_see_exists_officially_with_the_same_signature()
    {
        var official = OfficialApi.Load();
        var offered = new ApiSpelling(Exported().Where(IsWorkerFacing), WorkerFacing);

        var differences = official.DifferencesOf(offered).ToList();

        // A comparison of next to nothing would prove nothing.
        Assert.True(official.Count > 600, $"The official API has only {official.Count} lines.");
        Assert.True(offered.Types.Count > 50, $"Only {offered.Types.Count} types were compared.");
        Assert.True(offered.Types.Sum(t => t.Members.Count) > 200, "Too few members were compared.");
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void Nothing_else_is_public_but_the_hosts_own_entry_points()
    {
        var others = Exported().Where(t => !IsWorkerFacing(t)).OrderBy(t => t.Name, StringComparer.Ordinal);

        Assert.Equal([typeof(EmbeddedHostExtensions), typeof(EmbeddedHostInfo), typeof(EmbeddedHostOptions)], others);
    }

    [Fact]
    public void The_comparison_names_each_thing_that_is_missing_or_spelled_otherwise()
    {
        var types = typeof(ApiSurfaceTests).Assembly.GetExportedTypes().Where(t => t.Namespace == "Shellbox.Tests.Embedded.Deviations");
        var offered = new ApiSpelling(types, ("Shellbox.Tests.Embedded.Deviations", "Microsoft.DurableTask.Client"));

        var differences = OfficialApi.Load().DifferencesOf(offered).Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "F:Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Lost is not in the official API.",
                "F:Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running is "
                    + "'Microsoft.DurableTask.Client.OrchestrationRuntimeStatus = 2', "
                    + "officially 'Microsoft.DurableTask.Client.OrchestrationRuntimeStatus = 0'.",
                "M:Microsoft.DurableTask.Client.PurgeInstanceOptions.#ctor(System.Boolean Recursive = true) is not in the official API.",
                "M:Microsoft.DurableTask.Client.PurgeResult.#ctor(System.Int32 number) is not in the official API.",
                "M:Microsoft.DurableTask.Client.PurgeResult.Describe(params System.String[] words) is not in the official API.",
                "M:Microsoft.DurableTask.Client.PurgeResult.Protect``1(TValue value) is not in the official API.",
                "P:Microsoft.DurableTask.Client.PurgeResult.IsComplete is "
                    + "'System.Nullable<System.Boolean> { get; init; }', officially 'System.Nullable<System.Boolean> { get; }'.",
                "P:Microsoft.DurableTask.Client.PurgeResult.PurgedInstanceCount is "
                    + "'System.Int64 { get; }', officially 'System.Int32 { get; }'.",
                "T:Microsoft.DurableTask.Client.OwnInvention is not in the official API.",
                "T:Microsoft.DurableTask.Client.PurgeInstanceOptions is a 'sealed class', officially a 'class'.",
                "T:Microsoft.DurableTask.Client.PurgeResult derives from 'Microsoft.DurableTask.Client.OwnInvention', officially from 'object'.",
            ],
            differences);
    }

    [Theory]
    [InlineData("Shellbox.Functions")]
    [InlineData("Shellbox.Activities")]
    public void The_app_has_no_conditional_code_and_learns_of_its_host_from_the_props_file_alone(string project)
    {
        var files = Directory.EnumerateFiles(RepositoryRoot.File(project), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".csproj" or ".props" or ".targets")
            .Where(f => !BuildOutput().IsMatch(Path.GetRelativePath(RepositoryRoot.Path, f)))
            .ToList();

        var faults = files
            .SelectMany(f => File.ReadLines(f).Select((line, i) => (Place: $"{Path.GetRelativePath(RepositoryRoot.Path, f)}:{i + 1}", Line: line)))
            .Where(l => Conditional().IsMatch(l.Line) || l.Line.Contains("Embedded", StringComparison.Ordinal))
            .Select(l => $"{l.Place}: {l.Line.Trim()}");

        Assert.True(files.Count > 10, $"Only {files.Count} files were found.");
        Assert.Empty(faults);
        Assert.Contains(files, f => Path.GetExtension(f) == ".csproj" && File.ReadAllText(f).Contains("../FunctionsHost.props", StringComparison.Ordinal));
    }

    [Fact]
    public void The_engines_conformance_tests_are_written_against_the_programming_model_alone()
    {
        var files = Directory.GetFiles(RepositoryRoot.File("Shellbox.Tests", "Durable"), "*.cs")
            .Where(f => Path.GetFileName(f) is not ("TestHost.cs" or "TestHostOptions.cs" or "BareEngine.cs"))
            .ToList();

        var others = files
            .SelectMany(f => HostNamespace().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Value}"))
            .Where(m => !ModelNamespace().IsMatch(m));

        Assert.True(files.Count > 10, $"Only {files.Count} files were found.");
        Assert.Empty(others);
    }

    [GeneratedRegex(@"Shellbox\.Embedded[\w.]*")]
    private static partial Regex HostNamespace();

    [GeneratedRegex(@"Shellbox\.Embedded\.(Worker|DurableTask|DurableTask\.Client)$")]
    private static partial Regex ModelNamespace();

    [GeneratedRegex(@"^\s*#\s*(if|elif|else)\b")]
    private static partial Regex Conditional();

    [GeneratedRegex(@"[\\/](obj|bin)[\\/]")]
    private static partial Regex BuildOutput();

    private static Type[] Exported() => typeof(EmbeddedHostInfo).Assembly.GetExportedTypes();

    private static bool IsWorkerFacing(Type type) =>
        Array.Exists(WorkerFacing, n => type.Namespace == n.Here || type.Namespace!.StartsWith(n.Here + ".", StringComparison.Ordinal));
}
