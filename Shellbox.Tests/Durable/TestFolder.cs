namespace Shellbox.Tests.Durable;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = TestHost.NewFolder();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
