using Shellbox.Build.Preparation;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Commands;

/// <summary>
/// Prepares what a command of ./shellbox needs, and gives the command that is then to be run in this program's place. The arguments are
/// that command's to parse and to judge; here they are only searched for what decides on the preparation.
/// </summary>
internal sealed class ReadyCommand(Repository repository, ToolRunner tools)
{
    public async Task<IReadOnlyList<string>> PrepareAsync(string[] arguments, CancellationToken cancellationToken) =>
        arguments switch
        {
            // Help needs no preparation, and a guest that there is not is for the command to refuse.
            ["up" or "demo", ..] when !arguments.Any(a => a is "-h" or "--help" or "-?") && Guest(arguments) is { } guest =>
                await PrepareAllAsync(arguments[0], guest, ["Shellbox.Cli", .. arguments], cancellationToken),
            ["bench", .. var rest] => await PrepareAllAsync("bench", Guests.Small, ["Shellbox.Benchmarks", .. rest], cancellationToken),
            ["simulate", .. var rest] => await PrepareSimulatorAsync(rest, cancellationToken),
            ["cli", .. var rest] => await PrepareCliAsync(rest, cancellationToken),
            _ => await PrepareCliAsync(arguments, cancellationToken),
        };

    /// <summary>The value of <c>--guest VALUE</c> or <c>--guest=VALUE</c>, the last one given; null where there is no such guest.</summary>
    private static string? Guest(string[] arguments)
    {
        var guest = Guests.Small;
        for (var i = 1; i < arguments.Length; i++)
        {
            if (arguments[i - 1] == "--guest")
                guest = arguments[i];
            else if (arguments[i].StartsWith("--guest=", StringComparison.Ordinal))
                guest = arguments[i]["--guest=".Length..];
        }

        return arguments[^1] != "--guest" && guest is Guests.Small or Guests.Debian ? guest : null;
    }

    private async Task<IReadOnlyList<string>> PrepareAllAsync(
        string name,
        string guest,
        string[] ready,
        CancellationToken cancellationToken
    )
    {
        var root = await RootAccess.RequireAsync(name, tools, cancellationToken);
        var packages =
            guest == Guests.Debian ? [.. RequiredPackages.LocalCloud, .. RequiredPackages.DebianGuest] : RequiredPackages.LocalCloud;
        await new Workshop(repository, tools, root).PrepareAsync([guest], packages, cancellationToken);
        return Run(root, ready);
    }

    private async Task<IReadOnlyList<string>> PrepareSimulatorAsync(string[] arguments, CancellationToken cancellationToken)
    {
        await new Workshop(repository, tools, RootAccess.None).BuildAsync(cancellationToken);

        // Bare VMs need nothing of this machine; those with an sshd of their own need root.
        var root = arguments.Any(argument => argument == "sshd" || argument.EndsWith("=sshd", StringComparison.Ordinal))
            ? await RootAccess.RequireAsync("simulate --instances sshd", tools, cancellationToken)
            : RootAccess.None;
        return Run(root, ["Shellbox.AzureSimulator", .. arguments]);
    }

    private async Task<IReadOnlyList<string>> PrepareCliAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (!File.Exists(repository.Assembly("Shellbox.Cli")))
            await new Workshop(repository, tools, RootAccess.None).BuildAsync(cancellationToken);
        return Run(RootAccess.None, ["Shellbox.Cli", .. arguments]);
    }

    private IReadOnlyList<string> Run(RootAccess root, string[] ready) =>
        root.Command(["dotnet", repository.Assembly(ready[0]), .. ready[1..]]);
}
