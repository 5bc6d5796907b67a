using Shellbox.Build.Preparation;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Commands;

/// <summary>Prepares what a command of ./shellbox needs, and gives the command that is then to be run in this program's place.</summary>
internal sealed class ReadyCommand(Repository repository, ToolRunner tools)
{
    public Task<IReadOnlyList<string>> PrepareAsync(string[] arguments, CancellationToken cancellationToken) =>
        arguments switch
        {
            ["up" or "demo", ..] => LocalCloudAsync(arguments, cancellationToken),
            ["bench", .. var rest] => BenchmarkAsync(rest, cancellationToken),
            ["simulate", .. var rest] => SimulatorAsync(rest, cancellationToken),
            ["cli", .. var rest] => CliAsync(rest, cancellationToken),
            _ => throw new BuildException("Run ./shellbox instead."),
        };

    private async Task<IReadOnlyList<string>> LocalCloudAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // Help needs no preparation, and a guest that there is not is for the command to refuse.
        var guest = CommandOption.Find(arguments, "--guest") ?? Guests.Small;
        if (arguments.Any(argument => argument is "-h" or "--help" or "-?") || guest is not (Guests.Small or Guests.Debian))
            return await CliAsync(arguments, cancellationToken);

        var root = await RootAccess.RequireAsync(arguments[0], tools, cancellationToken);
        var packages =
            guest == Guests.Debian ? [.. RequiredPackages.LocalCloud, .. RequiredPackages.DebianGuest] : RequiredPackages.LocalCloud;
        await new Workshop(repository, tools, root).PrepareAsync([guest], packages, cancellationToken);
        return root.Command(["dotnet", repository.Assembly("Shellbox.Cli"), .. arguments]);
    }

    private async Task<IReadOnlyList<string>> BenchmarkAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var root = await RootAccess.RequireAsync("bench", tools, cancellationToken);
        await new Workshop(repository, tools, root).PrepareAsync([Guests.Small], RequiredPackages.LocalCloud, cancellationToken);
        return root.Command(["dotnet", repository.Assembly("Shellbox.Benchmarks"), .. arguments]);
    }

    private async Task<IReadOnlyList<string>> SimulatorAsync(string[] arguments, CancellationToken cancellationToken)
    {
        await new Workshop(repository, tools, RootAccess.None).BuildAsync(cancellationToken);

        // Bare VMs need nothing of this machine; those with an sshd of their own need root.
        var root = arguments.Any(argument => argument == "sshd" || argument.EndsWith("=sshd", StringComparison.Ordinal))
            ? await RootAccess.RequireAsync("simulate --instances sshd", tools, cancellationToken)
            : RootAccess.None;
        return root.Command(["dotnet", repository.Assembly("Shellbox.AzureSimulator"), .. arguments]);
    }

    private async Task<IReadOnlyList<string>> CliAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var cli = repository.Assembly("Shellbox.Cli");
        if (!File.Exists(cli))
            await new Workshop(repository, tools, RootAccess.None).BuildAsync(cancellationToken);
        return ["dotnet", cli, .. arguments];
    }
}
