using Shellbox.Build.Processes;

namespace Shellbox.Build.Compilation;

/// <summary>Compiles the solution and publishes the app, unless nothing has changed since that was done.</summary>
internal sealed class SolutionBuild(Repository repository, ToolRunner tools)
{
    // No build servers: they would stay in memory long after this has ended.
    private static readonly string[] Quiet = ["-c", "Release", "--nologo", "-v", "quiet", "--disable-build-servers"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var stamp = repository.File("artifacts", "build.stamp");
        var (_, sdk) = await tools.ReadAsync(["dotnet", "--version"], cancellationToken);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == BuildFingerprint.Of(repository, sdk[^1]))
            return;

        Say.Line(Directory.Exists(repository.App) ? "Building ..." : "Building (the first build restores NuGet packages) ...");
        File.Delete(stamp);
        string[] build = ["dotnet", "build", repository.File("Shellbox.sln"), "-clp:NoSummary", .. Quiet];
        await tools.QuietlyAsync("build", build, cancellationToken);

        // The app is published as for Azure: what is deployed is what runs here.
        if (Directory.Exists(repository.App))
            Directory.Delete(repository.App, recursive: true);
        string[] publish = ["dotnet", "publish", repository.File("Shellbox.Functions"), "--no-build", "-o", repository.App, .. Quiet];
        await tools.QuietlyAsync("publish", publish, cancellationToken);
        await File.WriteAllTextAsync(stamp, BuildFingerprint.Of(repository, sdk[^1]), cancellationToken);
    }
}
