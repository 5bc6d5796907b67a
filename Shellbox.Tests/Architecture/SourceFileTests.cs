using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Architecture;

/// <summary>What a reader is to have in view at once.</summary>
public sealed class SourceFileTests
{
    private const int Lines = 500;
    private const int Columns = 140;

    /// <summary>Longer for now. An entry goes as soon as its file is short enough, and no other comes.</summary>
    private static readonly string[] LongFiles = [];

    private static readonly string[] NotSources = ["bin", "obj", "artifacts", "node_modules"];

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Assert.Equal(
            LongFiles,
            Sources().Where(f => File.ReadLines(f).Count() > Lines).Select(f => Path.GetRelativePath(RepositoryRoot.Path, f)).Order()
        );

    [Fact]
    public void No_line_is_wider_than_140_columns()
    {
        var wide = Sources()
            .SelectMany(f =>
                File.ReadLines(f)
                    .Select((line, n) => (Line: line, Place: $"{Path.GetRelativePath(RepositoryRoot.Path, f)}:{n + 1}"))
                    .Where(l => l.Line.Length > Columns)
                    .Select(l => l.Place)
            )
            .ToList();

        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public void Sources_are_found() => Assert.Contains(RepositoryRoot.File("Shellbox.Functions", "Program.cs"), Sources());

    private static IEnumerable<string> Sources() => SourcesOf(new DirectoryInfo(RepositoryRoot.Path));

    private static IEnumerable<string> SourcesOf(DirectoryInfo folder) =>
        folder
            .EnumerateFiles("*.cs")
            .Select(f => f.FullName)
            .Concat(
                folder
                    .EnumerateDirectories()
                    .Where(d => d.LinkTarget is null && d.Name[0] != '.' && !NotSources.Contains(d.Name))
                    .SelectMany(SourcesOf)
            );
}
