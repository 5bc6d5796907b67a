using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shellbox.LocalHost.Worker;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// An app's own worker in this process, so that a test can replace its services. It meets its host over the same stream and the same HTTP
/// as a process of its own; only what an official worker looks for in its environment is handed to it here. Apps in one process have one
/// thing in common: the folder of this assembly is theirs.
/// </summary>
internal sealed class InProcessWorker : IWorker
{
    private readonly IHost _host;
    private readonly Socket _socket;
    private Exception? _failure;

    // The worker takes its folder from there, and for all workers of a process it is the same.
    static InProcessWorker() => Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", AppContext.BaseDirectory);

    private InProcessWorker(IHost host, Socket socket) => (_host, _socket) = (host, socket);

    public IServiceProvider Services => _host.Services;

    public int ProcessId => Environment.ProcessId;

    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the worker.</summary>
    /// <param name="start">What the host gives it.</param>
    /// <param name="create">Makes the app's builder of command line arguments, as its <c>Main</c> does.</param>
    /// <param name="configure">Replaces what the test wants to have otherwise.</param>
    public static InProcessWorker Start(
        WorkerStart start,
        Func<string[], FunctionsApplicationBuilder> create,
        Action<FunctionsApplicationBuilder>? configure = null
    )
    {
        var builder = create([
            .. start.Settings.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}"),
            $"--Functions:Worker:HostEndpoint={start.Host}",
            $"--Functions:Worker:WorkerId={start.WorkerId}",
            $"--Functions:Worker:RequestId={start.WorkerId}",
            string.Create(CultureInfo.InvariantCulture, $"--Functions:Worker:GrpcMaxMessageLength={int.MaxValue}"),
        ]);
        Configure(builder, create.Method.Module.Assembly);
        var socket = Listen(builder);
        configure?.Invoke(builder);
        var worker = new InProcessWorker(builder.Build(), socket);
        worker.Ended = worker.RunAsync();
        return worker;
    }

    public string DescribeExit() => _failure is null ? "ended." : $"failed: {_failure.Message}";

    public void Kill() => _ = _host.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
            Kill();
        await Ended;
        _socket.Dispose();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await _host.StartAsync();
            await _host.WaitForShutdownAsync();
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }

    /// <summary>The worker looks for what the app's build has generated in the entry assembly, which here is the test's.</summary>
    private static void Configure(FunctionsApplicationBuilder builder, Assembly app)
    {
        if (app.GetCustomAttribute<WorkerExtensionStartupCodeExecutorInfoAttribute>() is { } extensions)
        {
            ((WorkerExtensionStartup)Activator.CreateInstance(extensions.StartupCodeExecutorType)!).Configure(builder);
        }

        var services = new ServicesOnly(builder.Services);
        foreach (var type in app.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IAutoConfigureStartup))))
        {
            ((IAutoConfigureStartup)Activator.CreateInstance(type)!).Configure(services);
        }
    }

    /// <summary>The ASP.NET Core integration keeps its port in a static; here each worker has one of its own.</summary>
    private static Socket Listen(FunctionsApplicationBuilder builder)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        builder.Services.PostConfigure<WorkerOptions>(options =>
            options.Capabilities["HttpUri"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")
        );
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = _ => socket);
        return socket;
    }

    /// <summary>All that the generated start-up code asks of a host builder.</summary>
    private sealed class ServicesOnly(IServiceCollection services) : IHostBuilder
    {
        public IDictionary<object, object> Properties { get; } = new Dictionary<object, object>();

        public IHostBuilder ConfigureServices(Action<HostBuilderContext, IServiceCollection> configureDelegate)
        {
            configureDelegate(new HostBuilderContext(Properties), services);
            return this;
        }

        public IHostBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate) =>
            throw new NotSupportedException();

        public IHostBuilder ConfigureAppConfiguration(Action<HostBuilderContext, IConfigurationBuilder> configureDelegate) =>
            throw new NotSupportedException();

        public IHostBuilder UseServiceProviderFactory<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory)
            where TContainerBuilder : notnull => throw new NotSupportedException();

        public IHostBuilder UseServiceProviderFactory<TContainerBuilder>(
            Func<HostBuilderContext, IServiceProviderFactory<TContainerBuilder>> factory
        )
            where TContainerBuilder : notnull => throw new NotSupportedException();

        public IHostBuilder ConfigureContainer<TContainerBuilder>(Action<HostBuilderContext, TContainerBuilder> configureDelegate) =>
            throw new NotSupportedException();

        public IHost Build() => throw new NotSupportedException();
    }
}
