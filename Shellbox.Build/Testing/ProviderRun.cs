using System.Text.Json;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Testing;

/// <summary>Runs the test program on one of Durable's providers.</summary>
internal sealed class ProviderRun(Repository repository, ToolRunner tools, RootAccess root)
{
    /// <param name="provider">As SHELLBOX_TESTS_DURABLE has it.</param>
    /// <param name="arguments">Which tests; passed to the test program, xunit's own.</param>
    /// <param name="tally">Gets what came of them.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="BuildException">It left no result.</exception>
    public async Task RunAsync(string provider, IReadOnlyList<string> arguments, TestTally tally, CancellationToken cancellationToken)
    {
        var results = repository.File("artifacts", $"test-results-{provider}.json");
        File.Delete(results);
        var program = repository.Assembly("Shellbox.Tests");
        var run = root.Command(
            "env",
            $"SHELLBOX_TESTS_DURABLE={provider}",
            "dotnet",
            program,
            "-noLogo",
            "-noColor",
            "-reporter",
            "verbose"
        );
        int exitCode;
        using (var progress = new TestProgress(provider))
        {
            IReadOnlyList<string> command = [.. run, "-result-ctrf", results, .. arguments];
            exitCode = await tools.RunAsync(command, progress.Show, StopSignal.Interrupt, cancellationToken);
        }

        var (passed, failed, skipped) =
            Read(results) ?? throw new BuildException($"The test run on {provider} left no readable result (exit code {exitCode}).");
        tally.Passed += passed;
        tally.Failed += failed;

        // What was not looked at is not known to be well.
        if (skipped > 0)
        {
            Say.Line($"tests on {provider}: {skipped} skipped, which counts as failed");
            tally.Failed += skipped;
        }

        if (exitCode != 0 && failed == 0)
        {
            Say.Line($"The test run on {provider} failed outside of a test (exit code {exitCode}); see its errors above.");
            tally.Failed++;
        }
    }

    /// <summary>The counts of a result in the Common Test Report Format.</summary>
    private static (int Passed, int Failed, int Skipped)? Read(string results)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(results));
            var summary = document.RootElement.GetProperty("results").GetProperty("summary");
            return (Count("passed"), Count("failed"), Count("skipped"));

            int Count(string name) => summary.GetProperty(name).GetInt32();
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
