using Shellbox.Tests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(GuestImageFixture))]

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// The guest's kernel, initramfs and golden volume: built by guest/build.sh into artifacts/guest when the first test asks for them. The
/// script takes a lock and does nothing for unchanged inputs, so any number of test processes may share the folder.
/// </summary>
public sealed class GuestImageFixture
{
    private readonly Lazy<Task<string>> _directory = new(BuildAsync);

    /// <summary>The folder of the build; a failed build fails every test that asks.</summary>
    public Task<string> DirectoryAsync() => _directory.Value;

    private static async Task<string> BuildAsync()
    {
        var directory = RepositoryRoot.File("artifacts", "guest");
        (await ProgramRun.OfAsync(RepositoryRoot.File("guest", "build.sh"), [directory])).Succeeded();
        return directory;
    }
}
