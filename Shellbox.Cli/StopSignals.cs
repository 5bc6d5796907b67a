using System.Runtime.InteropServices;

namespace Shellbox.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation, so that whatever was started is ended in order.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public StopSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            registrations.Add(
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        context.Cancel = true;
                        source.Cancel();
                    }
                )
            );
        }
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        source.Dispose();
    }
}
