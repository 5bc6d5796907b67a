using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Shellbox.Tests.Guest;
using Xunit;

namespace Shellbox.Tests.Hosting.Shutdown;

/// <summary>A host in a process of its own.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    public const string ArgumentsVariable = "SHELLBOX_TESTS_HOST_ARGUMENTS";
    public const string Key = "the-key";

    private readonly Process process;
    private readonly Channel<string> output = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> all = new();

    private HostProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    /// <summary>All it has said.</summary>
    public string Output => string.Join('\n', all);

    /// <summary>Starts a host on the folder's files and a free port.</summary>
    public static HostProcess Start(string folder)
    {
        var assembly = typeof(HostProcess).Assembly.Location;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = assembly,
                [ArgumentsVariable] = string.Join(
                    '\n', "--urls=http://127.0.0.1:0", $"--AzureWebJobsScriptRoot={folder}", $"--EmbeddedHost:Keys:durabletask_extension={Key}"),
            },
        };
        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Reads its output up to a line that holds the text.</summary>
    public async Task<string> SaysAsync(string text)
    {
        using var patience = Patience.Begin();
        await foreach (var line in output.Reader.ReadAllAsync(patience.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"It ended without saying '{text}':\n{Output}");
    }

    public async Task<Uri> AddressAsync() => new(Address().Match(await SaysAsync("functions at http://")).Value);

    /// <summary>Asks it to stop, as a service manager or a terminal does.</summary>
    public async Task TerminateAsync() =>
        (await ProgramRun.OfAsync("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)], cancellation: TestContext.Current.CancellationToken)).Succeeded();

    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync().WithPatienceAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    private void Read(string? line)
    {
        if (line is null)
        {
            // One of the two streams is at its end; the process is about to be.
            output.Writer.TryComplete();
            return;
        }

        all.Enqueue(line);
        output.Writer.TryWrite(line);
    }
}
