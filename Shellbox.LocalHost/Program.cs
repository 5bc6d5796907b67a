using System.CommandLine;
using System.Runtime.InteropServices;
using Shellbox.LocalHost;

var app = new Option<DirectoryInfo>("--app")
{
    Description = "The output of the app's 'dotnet publish'",
    DefaultValueFactory = _ => new DirectoryInfo(Environment.CurrentDirectory),
};
var port = new Option<int?>("--port")
{
    Description = "The HTTP port on 127.0.0.1; 0: a free one (default: local.settings.json's, else 7071)",
};
var state = new Option<DirectoryInfo?>("--state")
{
    Description = "Where generated keys are kept (default: .localhost in the app's folder)",
};
var settings = new Option<FileInfo?>("--settings")
{
    Description = "The file of local settings (default: local.settings.json in the app's folder)",
};
var command = new RootCommand("Runs an Azure Functions app on this machine.") { app, port, settings, state };
command.SetAction(
    async (result, cancellationToken) =>
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var host = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    AppDirectory = result.GetValue(app)!.FullName,
                    Port = result.GetValue(port),
                    SettingsFile = result.GetValue(settings)?.FullName,
                    StateDirectory = result.GetValue(state)?.FullName,
                },
                stopping.Token
            );
            await await Task.WhenAny(host.Broken, Task.Delay(Timeout.Infinite, stopping.Token));
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is FunctionsHostException or Shellbox.LocalHost.Worker.WorkerStartException)
        {
            await Console.Error.WriteLineAsync(
                "The Functions host cannot run:\n" + string.Join('\n', e.Message.Split('\n').Select(l => "  " + l))
            );
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }
);

// Its own handling of signals would end the process 2 s after one, which is too soon for what runs.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
