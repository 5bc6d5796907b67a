namespace Shellbox.Tests.Fixtures;

/// <summary>A folder of one test, which goes with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("shellbox-tests-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    /// <summary>A file that can be run.</summary>
    public string WriteProgram(string name, string text)
    {
        var file = Write(name, text);
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
