using System.Text.Json;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Guest;

/// <summary>What guest/build.sh leaves, and when it builds.</summary>
public sealed class GuestBuildTests(GuestImageFixture guest)
{
    [Fact]
    public async Task An_unchanged_guest_is_not_built_again()
    {
        var directory = await guest.DirectoryAsync();
        var manifest = new FileInfo(Path.Combine(directory, "manifest.json"));
        var before = manifest.LastWriteTimeUtc;

        var run = await ProgramRun.OfAsync(
            RepositoryRoot.File("guest", "build.sh"),
            [directory],
            cancellation: TestContext.Current.CancellationToken
        );

        Assert.Empty(run.Succeeded());
        manifest.Refresh();
        Assert.Equal(before, manifest.LastWriteTimeUtc);
    }

    [Fact]
    public async Task The_manifest_names_the_kernel_the_packages_and_the_files()
    {
        var directory = await guest.DirectoryAsync();

        await using var file = File.OpenRead(Path.Combine(directory, "manifest.json"));
        using var manifest = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);

        Assert.StartsWith(
            "linux-image-",
            manifest.RootElement.GetProperty("kernel").GetProperty("package").GetString(),
            StringComparison.Ordinal
        );
        Assert.True(manifest.RootElement.GetProperty("packages").TryGetProperty("dropbear-bin", out _));
        Assert.True(
            manifest.RootElement.GetProperty("savedState").GetBoolean(),
            "the golden volume has no saved state; guest/build.sh says why when it builds"
        );
        Assert.All(
            manifest.RootElement.GetProperty("files").EnumerateObject(),
            entry => Assert.True(File.Exists(Path.Combine(directory, entry.Name)))
        );
    }

    [Theory]
    [InlineData]
    [InlineData("--guest")]
    [InlineData("--guest", "debian")]
    [InlineData("--guest", "windows", "/tmp/guest")]
    public async Task Without_a_folder_to_build_into_or_a_known_guest_it_says_how_it_is_used(params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(
            RepositoryRoot.File("guest", "build.sh"),
            arguments,
            cancellation: TestContext.Current.CancellationToken
        );

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("usage:", run.Error, StringComparison.Ordinal);
    }
}
