namespace Shellbox.Tests.Functions;

/// <content>What only an app on the local host has.</content>
internal sealed partial class TestCloud
{
    /// <summary>Kills host and worker with SIGKILL and starts them again on the same storage. They listen elsewhere then.</summary>
    public async Task KillAndRestartAsync()
    {
        await _app.KillAsync();
        await RestartAsync();
    }

    /// <summary>A second host of the app, on the same storage and hub, as Azure adds one under load.</summary>
    public async Task<IAsyncDisposable> StartSecondHostAsync() => await _start();
}
