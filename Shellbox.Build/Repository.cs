namespace Shellbox.Build;

/// <summary>Where things lie in the checkout.</summary>
internal sealed record Repository(string Root)
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "node_modules", "TestResults", ".git", ".shellbox"];
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>The app as it is published: what is deployed to Azure is what runs here.</summary>
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

    /// <summary>The files below a directory that somebody has written, by their paths from the root, in order.</summary>
    public IEnumerable<string> Sources(string directory = "") =>
        Directory
            .EnumerateFiles(File(directory), "*", Below)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(Generated).Any())
            .Order(StringComparer.Ordinal);
}
