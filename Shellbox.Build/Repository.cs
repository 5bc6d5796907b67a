namespace Shellbox.Build;

/// <summary>Where things lie in the checkout.</summary>
internal sealed record Repository(string Root)
{
    /// <summary>Directories that hold nothing written by hand.</summary>
    private static readonly HashSet<string> Generated = ["bin", "obj", "artifacts", "node_modules", "TestResults", ".git", ".shellbox"];

    public string Artifacts => File("artifacts");

    /// <summary>What is deployed to Azure, and what runs here: the app as it is published.</summary>
    public string App => File("artifacts", "app");

    public static Repository OfThisProgram()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(directory.FullName, "Shellbox.sln")))
            directory = directory.Parent ?? throw new BuildException("This program runs in a checkout of Shellbox only.");
        return new Repository(directory.FullName);
    }

    public string File(params ReadOnlySpan<string> names) => Path.Combine([Root, .. names]);

    public string Assembly(string project) => File(project, "bin", "Release", "net10.0", $"{project}.dll");

    /// <summary>Every file below a directory that somebody has written, by its path from the root, in order.</summary>
    public IEnumerable<string> Sources(string directory = "")
    {
        var files = new List<string>();
        Collect(new DirectoryInfo(File(directory)));
        files.Sort(StringComparer.Ordinal);
        return files;

        void Collect(DirectoryInfo parent)
        {
            foreach (var entry in parent.EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null)
                    continue;
                if (entry is not DirectoryInfo child)
                    files.Add(Path.GetRelativePath(Root, entry.FullName));
                else if (!Generated.Contains(entry.Name))
                    Collect(child);
            }
        }
    }
}
