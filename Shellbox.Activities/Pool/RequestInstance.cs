using Microsoft.Extensions.Options;

namespace Shellbox.Activities.Pool;

/// <summary>A connect that finds no free instance asks for one more than the pool would make by itself, at once.</summary>
public sealed class RequestInstance(PoolGrowth growth, IOptions<ShellboxOptions> options)
{
    /// <param name="Reserved">Whether the row is there and the creation is to be started.</param>
    /// <param name="Obstacle">Else why not.</param>
    /// <param name="Deadline">How long the creation may take.</param>
    public sealed record Output(bool Reserved, string Obstacle, TimeSpan Deadline);

    [Function(nameof(RequestInstance))]
    public async Task<Output> RunAsync([ActivityTrigger] string instanceId, CancellationToken cancellationToken)
    {
        var (reserved, obstacle) = await growth.ReserveAsync([instanceId], cancellationToken);
        return new Output(reserved.Count > 0, obstacle, options.Value.Pool.CreateDeadline);
    }
}
