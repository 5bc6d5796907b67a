using System.Runtime.InteropServices;

namespace Shellbox.Build.Processes;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation, so that whatever was started is ended in order.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() =>
        _registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Receive),
        ];

    /// <summary>A signal after the first: somebody has no patience with what is being ended.</summary>
    public event Action? Repeated;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
            Repeated?.Invoke();
        else
            _source.Cancel();
    }
}
