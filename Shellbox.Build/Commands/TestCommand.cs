using Shellbox.Build.Preparation;
using Shellbox.Build.Processes;
using Shellbox.Build.Testing;

namespace Shellbox.Build.Commands;

/// <summary>
/// <c>./shellbox test [--durable sqlite|azure-storage] [ARGUMENT...]</c>: prepares, checks and tests; without arguments, all there is.
/// </summary>
internal sealed class TestCommand(Repository repository, ToolRunner tools)
{
    private const string Option = "--durable";
    private const string Sqlite = "sqlite";
    private const string AzureStorage = "azure-storage";

    private readonly TestTally _tally = new();

    /// <summary>The last line says how many passed and failed, however this ends: what stopped early has failed.</summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (provider, passedOn) = Parse(arguments);
        int exitCode;
        try
        {
            await RunAllAsync(provider, passedOn, cancellationToken);
            exitCode = _tally.Failed > 0 ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (Exception e)
        {
            _tally.Failed++;
            exitCode = Failure.Report(e);
        }

        Console.WriteLine(_tally);
        return exitCode;
    }

    /// <summary>The option comes first; whatever follows is for the test program.</summary>
    private static (string? Provider, string[] PassedOn) Parse(string[] arguments)
    {
        var words =
            arguments is [var first, ..] && first.StartsWith($"{Option}=", StringComparison.Ordinal)
                ? [Option, first[(Option.Length + 1)..], .. arguments[1..]]
                : arguments;
        return words switch
        {
            [Option, Sqlite or AzureStorage, .. var rest] => (words[1], rest),
            [Option, ..] => throw new BuildException($"{Option} takes {Sqlite} or {AzureStorage}."),
            _ => (null, words),
        };
    }

    private async Task RunAllAsync(string? provider, string[] passedOn, CancellationToken cancellationToken)
    {
        var root = await RootAccess.RequireAsync("test", tools, cancellationToken);
        await using var checks = new ParallelChecks(tools, cancellationToken);
        checks.Begin("bicep", ["bash", repository.File("infra", "lint.sh")]);

        IReadOnlyList<string> packages = [.. RequiredPackages.LocalCloud, .. RequiredPackages.DebianGuest, .. RequiredPackages.Checks];
        await new Workshop(repository, tools, root).PrepareAsync([Guests.Small, Guests.Debian], packages, cancellationToken);
        _tally.Passed++;

        // Layout alone: the build has refused whatever the style rules and the analyzers warn of.
        checks.Begin("format", ["dotnet", "msbuild", repository.File("Shellbox.Build"), "-t:CheckFormat", "-nologo"]);
        var scripts = await ScriptFiles.FindAsync(repository, tools, cancellationToken);
        checks.Begin("shellcheck", ["shellcheck", .. scripts.Shell]);
        checks.Begin("pyflakes", ["pyflakes3", .. scripts.Python]);

        var run = new ProviderRun(repository, tools, root);
        if (provider is not null || passedOn.Length > 0)
        {
            await run.RunAsync(provider ?? Sqlite, [.. Without(provider ?? Sqlite), .. passedOn], _tally, cancellationToken);
        }
        else
        {
            // All of it on SQLite, then on Azure's own provider each tier, release, delete, prewarm, pool, queues, kills.
            await run.RunAsync(Sqlite, Without(Sqlite), _tally, cancellationToken);
            string[] both = [.. Without(AzureStorage), "-trait", "durable=both", "-trait", "durable=AzureStorage"];
            await run.RunAsync(AzureStorage, both, _tally, cancellationToken);
        }

        await checks.EndAsync(_tally);
    }

    /// <summary>What a provider's run leaves out: tests that are about the other one.</summary>
    private static string[] Without(string provider) => ["-trait-", provider == Sqlite ? "durable=AzureStorage" : "durable=sqlite"];
}
