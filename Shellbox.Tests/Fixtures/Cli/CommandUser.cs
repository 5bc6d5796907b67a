using Shellbox.Cli;
using Shellbox.Cli.Commands;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// A user at a command line of their own: a home directory, variables, and the command, run with its whole parser either in this process
/// or, where signals or ssh's output matter, as a process. Its output is no terminal.
/// </summary>
internal sealed class CommandUser : IDisposable
{
    private readonly Dictionary<string, string> _variables = [];

    public CommandUser()
    {
        Home = Directory.CreateTempSubdirectory("shellbox-test-home-").FullName;
        _variables["HOME"] = Home;
        _variables["SHELLBOX_STATE"] = State;
        _variables["XDG_STATE_HOME"] = "";
        _variables["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var variable in new[] { "SHELLBOX_URL", "SHELLBOX_KEY", "SHELLBOX_ADMIN_KEY", "SHELLBOX_IDENTITY" })
            _variables[variable] = "";
    }

    public string Home { get; }

    /// <summary>The local cloud's state directory; nothing has run there.</summary>
    public string State => Path.Combine(Home, "state");

    private TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The cloud's user, who has told the command all about the app by variables.</summary>
    public static CommandUser Of(TestCloud cloud, TimeProvider? time = null)
    {
        var user = new CommandUser { Time = time ?? TimeProvider.System };
        user._variables["SHELLBOX_URL"] = cloud.Http.BaseAddress!.ToString();
        user._variables["SHELLBOX_KEY"] = TestCloud.FunctionKey;
        user._variables["SHELLBOX_IDENTITY"] = cloud.User.KeyFile;
        return user;
    }

    public Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(Cancel, arguments);

    /// <summary>Runs the command in this process. The token stands for Ctrl-C.</summary>
    public async Task<CommandRun> RunAsync(CancellationToken interrupt, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await ShellboxCommand.RunAsync(arguments, Environment(output, error), interrupt);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs the command as a process.</summary>
    /// <param name="started">Called with its process id.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<CommandRun> RunProcessAsync(Action<int> started, params string[] arguments)
    {
        // A test run in the background of a shell has SIGINT ignored, and so would its children.
        var run = await ProgramRun.OfAsync(
            "env",
            ["--default-signal=INT", "dotnet", typeof(ShellboxCommand).Assembly.Location, .. arguments],
            environment: _variables,
            started: p => started(p.Id),
            cancellation: Cancel
        );
        return new CommandRun(run.ExitCode, run.Output, run.Error);
    }

    public Task<CommandRun> RunProcessAsync(params string[] arguments) => RunProcessAsync(_ => { }, arguments);

    /// <summary>What surrounds the command; <paramref name="path"/> is where it looks for programs.</summary>
    public CommandEnvironment Environment(TextWriter? output = null, TextWriter? error = null, string? path = null) =>
        new()
        {
            Console = CommandEnvironment.CreateConsole(output ?? TextWriter.Null, redirected: true),
            ErrorConsole = CommandEnvironment.CreateConsole(error ?? TextWriter.Null, redirected: true),
            Output = output ?? TextWriter.Null,
            Time = Time,
            Variable = variable => variable == "PATH" && path is not null ? path : _variables.GetValueOrDefault(variable),
            RepositoryRoot = RepositoryRoot.Path,
        };

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
