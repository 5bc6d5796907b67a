namespace Shellbox.Tests.AzureSimulator;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("shellbox-simulator-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
