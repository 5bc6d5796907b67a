using Shellbox.Build.Compilation;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>Everything that has to be there before a command can run.</summary>
internal sealed class Workshop(Repository repository, ToolRunner tools, RootAccess root)
{
    /// <summary>The solution alone.</summary>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        using var turn = await PreparationLock.EnterAsync(repository, cancellationToken);
        await new SolutionBuild(repository, tools).RunAsync(cancellationToken);
    }

    /// <summary>The machine, the solution and the guests.</summary>
    public async Task PrepareAsync(IReadOnlyList<string> guests, IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        using var turn = await PreparationLock.EnterAsync(repository, cancellationToken);
        var node = new NodePackages(repository, tools);
        await node.RequireNodeAsync(cancellationToken);
        await new DebianPackages(tools, root).RequireAsync(packages, cancellationToken);
        await node.RequireAzuriteAsync(cancellationToken);

        // Side by side: a guest's build mostly waits for downloads.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var guestsBuilt = new Guests(repository, tools, root).BuildAsync(guests, stop.Token);
        try
        {
            await new SolutionBuild(repository, tools).RunAsync(cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            await guestsBuilt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await guestsBuilt;
    }
}
