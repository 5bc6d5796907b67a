using System.Security.Cryptography;
using System.Text;

namespace Shellbox.Build.Compilation;

/// <summary>
/// What a build depends on and what it left: equal twice, there is nothing to do. MSBuild takes many seconds to find that out. Sources go
/// by content, not by times: a checkout sets times as it likes.
/// </summary>
internal static class BuildFingerprint
{
    private static readonly string[] Settings = ["Shellbox.sln", ".editorconfig", "BannedSymbols.txt"];

    public static string Of(Repository repository, string sdkVersion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, sdkVersion);
        foreach (var source in Sources(repository))
        {
            Add(hash, source);
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(repository.File(source))));
        }

        foreach (var file in Outputs(repository).OrderBy(file => file.FullName, StringComparer.Ordinal))
            Add(hash, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Sources(Repository repository) =>
        Projects(repository)
            .SelectMany(project => repository.Sources(project.Name))
            .Concat(repository.Sources("infra").Where(file => file.StartsWith("infra/instance/", StringComparison.Ordinal)))
            .Concat(
                Directory.EnumerateFiles(repository.Root, "*.props").Concat(Directory.EnumerateFiles(repository.Root, "*.json")).Order()
            )
            .Concat(Settings);

    private static IEnumerable<FileInfo> Outputs(Repository repository)
    {
        var folders = Projects(repository).Select(project => new DirectoryInfo(Path.GetDirectoryName(repository.Assembly(project.Name))!));
        var assemblies = folders.Where(folder => folder.Exists).SelectMany(folder => folder.EnumerateFiles("Shellbox.*.dll"));
        var app = new DirectoryInfo(repository.App);
        return app.Exists ? assemblies.Concat(app.EnumerateFiles("*.dll")) : assemblies;
    }

    /// <summary>All but this program's: ./shellbox has built it already, and nothing else depends on it.</summary>
    private static IEnumerable<DirectoryInfo> Projects(Repository repository) =>
        new DirectoryInfo(repository.Root)
            .EnumerateDirectories("Shellbox.*")
            .Where(project => project.Name != "Shellbox.Build")
            .OrderBy(project => project.Name, StringComparer.Ordinal);

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes($"{text}\n"));
}
