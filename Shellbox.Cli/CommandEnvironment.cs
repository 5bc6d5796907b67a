using Spectre.Console;

namespace Shellbox.Cli;

/// <summary>What a command needs of the process around it: consoles, the clock, variables. Tests bring their own.</summary>
internal sealed record CommandEnvironment
{
    /// <summary>For people: standard output.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>For people, when standard output belongs to a program: standard error.</summary>
    public required IAnsiConsole ErrorConsole { get; init; }

    /// <summary>For programs: standard output as it is, without wrapping or styles.</summary>
    public required TextWriter Output { get; init; }

    public required TimeProvider Time { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>The repository that this command was built from; it holds the local cloud's parts.</summary>
    public required string RepositoryRoot { get; init; }

    public static CommandEnvironment OfThisProcess() =>
        new()
        {
            Console = CreateConsole(System.Console.Out, System.Console.IsOutputRedirected),
            ErrorConsole = CreateConsole(System.Console.Error, System.Console.IsErrorRedirected),
            Output = System.Console.Out,
            Time = TimeProvider.System,
            Variable = Environment.GetEnvironmentVariable,
            RepositoryRoot = FindRepositoryRoot(),
        };

    internal static IAnsiConsole CreateConsole(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),

                // Detection alone would write escape sequences into a log where a build server or TERM suggests that somebody renders them.
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            }
        );
        if (redirected)
        {
            // Nobody wraps a log: one message is one line, however long.
            console.Profile.Width = 1000;
            console.Profile.Capabilities.Interactive = false;
        }

        return console;
    }

    private static string FindRepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Shellbox.sln")))
            {
                return directory.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
