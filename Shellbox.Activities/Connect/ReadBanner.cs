using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Connect;

/// <summary>Waits for the guest's SSH banner, over the way that the user's session will take.</summary>
public sealed class ReadBanner(SshBanner banner)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(string Host, int Port, TimeSpan Timeout);

    [Function(nameof(ReadBanner))]
    public async Task<string> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        await banner.ReadAsync(input.Host, input.Port, input.Timeout, cancellationToken)
        ?? throw new StepFailedException(
            $"The guest at {input.Host}:{input.Port} did not show an SSH banner within {input.Timeout.TotalSeconds:0} s."
        );
}
