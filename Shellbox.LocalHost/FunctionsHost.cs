using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Durable;
using Shellbox.LocalHost.Functions;
using Shellbox.LocalHost.Http;
using Shellbox.LocalHost.Jobs;
using Shellbox.LocalHost.Logging;
using Shellbox.LocalHost.Settings;
using Shellbox.LocalHost.Worker;
using Yarp.ReverseProxy.Forwarder;

namespace Shellbox.LocalHost;

/// <summary>
/// A Functions host on this machine: a WebJobs host with the official queue, timer and Durable extensions, a worker process with the app,
/// and an HTTP server in front of it (docs/local-host.md).
/// </summary>
public sealed partial class FunctionsHost : IAsyncDisposable
{
    /// <summary>What the official host takes at most.</summary>
    private const long MaxRequestBodySize = 104_857_600;

    /// <summary>How long requests under way may go on once the host is told to stop; then they are cancelled.</summary>
    private static readonly TimeSpan RequestGrace = TimeSpan.FromSeconds(5);

    private readonly DeferredEndpoints _endpoints = new();
    private readonly WorkerChannels _channels = new();
    private readonly InFlightRequests _requests = new();
    private readonly Action<ILoggingBuilder> _logging;
    private readonly HostConfiguration _configuration;
    private readonly Func<WorkerStart, IWorker>? _startWorker;
    private readonly SqliteServiceSettings? _sqlite;
    private readonly Action<string, string>? _turnTaken;
    private WebApplication? _web;
    private IHost? _jobs;
    private WorkerSupervisor? _workers;
    private RequestForwarder? _forwarder;
    private ILogger _logger = null!;
    private bool _ready;
    private bool _stopped;

    private FunctionsHost(HostConfiguration configuration, FunctionsHostOptions options, Action<ILoggingBuilder> logging)
    {
        (_configuration, _startWorker, _turnTaken, _logging) = (configuration, options.StartWorker, options.TurnTaken, logging);
        if (configuration.HostJson.StorageType == SqliteProviderFactory.ProviderName)
        {
            _sqlite = new SqliteServiceSettings(
                Path.Combine(configuration.StateDirectory, configuration.HostJson.DatabasePath),
                options.Time
            )
            {
                TurnTimes = options.Time == TimeProvider.System ? null : new TurnTimes(),
            };
        }
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The master key: opens everything.</summary>
    public string MasterKey => _configuration.Keys.Master;

    /// <summary>The host key: opens every function that is not for administrators.</summary>
    public string HostKey => _configuration.Keys.Host;

    /// <summary>The process that runs the app; null while there is none.</summary>
    public int? WorkerProcessId => _workers?.ProcessId;

    /// <summary>Fails when the host cannot go on, with the reason: the app's worker does not come up any more.</summary>
    public Task Broken => _workers!.Broken;

    /// <summary>The names of the app's functions.</summary>
    public IReadOnlyList<string> Functions { get; private set; } = [];

    /// <summary>Starts the host; returns when the app's functions run.</summary>
    /// <param name="options">What it runs, and where.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="FunctionsHostException">It cannot; what had been started is stopped.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken = default)
    {
        var configuration = await HostConfiguration.ReadAsync(options, cancellationToken);
        var host = new FunctionsHost(
            configuration,
            options,
            logging =>
            {
                logging.ClearProviders();
                logging.AddHostFilters(configuration.HostJson.LogLevels);
                if (options.Logging is { } own)
                    own(logging);
                else
                    logging.AddLines();
            }
        );
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch (Exception e)
        {
            await host.DisposeAsync();
            if (e is WorkerStartException or FormatException)
                throw new FunctionsHostException(e.Message, e);
            throw;
        }
    }

    /// <summary>
    /// Stops it in order: no request, message or timer is taken any more, what runs gets some seconds to end by itself and as many to end
    /// when cancelled, then the worker ends. What is abandoned then is run again by the next host: messages and orchestrations are kept in
    /// storage.
    /// </summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _workers?.Drain();
        await _requests.DrainAsync(RequestGrace);
        if (_jobs is not null)
            await _jobs.StopAsync(CancellationToken.None);
        if (_workers is not null)
            await _workers.StopAsync();
        if (_web is not null)
            await _web.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _jobs?.Dispose();
        if (_workers is not null)
            await _workers.DisposeAsync();
        _forwarder?.Dispose();
        if (_web is not null)
            await _web.DisposeAsync();
        _requests.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var (server, channel) = await ServeAsync(cancellationToken);
        Address = new Uri($"http://127.0.0.1:{server}/");
        var loggers = _web!.Services.GetRequiredService<ILoggerFactory>();
        _logger = loggers.CreateLogger("Host");
        foreach (var warning in _configuration.Warnings)
            LogWarning(warning);
        await StorageCheck.RequireAsync(_configuration.Settings, cancellationToken);

        _workers = new WorkerSupervisor(_configuration, _startWorker, _channels, TimeProvider.System, loggers);
        var metadata = await _workers.StartAsync(new Uri($"http://127.0.0.1:{channel}/"), cancellationToken);
        var functions = FunctionIndex.Read(metadata, _configuration.Settings);
        Functions = [.. functions.Select(f => f.Name)];

        _forwarder = new RequestForwarder(_web.Services.GetRequiredService<IHttpForwarder>());
        var runner = new FunctionRunner(functions, _workers, _forwarder, _sqlite?.TurnTimes, _turnTaken);
        var (type, methods) = FunctionTypeBuilder.Build(functions, runner.RunAsync);
        _jobs = JobHostBuilder.Build(
            _configuration,
            type,
            new Uri(Address, $"{ManagementApi.Path}?code={_configuration.Keys.Management}"),
            _sqlite,
            _logging
        );
        try
        {
            await _jobs.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What has not come up cannot be stopped, only disposed of.
            _jobs.Dispose();
            _jobs = null;

            // The SDK wraps what the extensions say: the innermost is what is wrong.
            throw new FunctionsHostException($"The extensions could not be started: {e.GetBaseException().Message}", e);
        }

        _endpoints.Set(Endpoints(functions, methods));
        _ready = true;
        LogReady(Address, functions.Count, _workers.ProcessId);
    }

    /// <summary>Opens the two ports: the public one, and the one where workers connect.</summary>
    /// <returns>Their numbers.</returns>
    private async Task<(int Server, int Channel)> ServeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        _logging(builder.Logging);
        ListenOptions server = null!,
            channel = null!;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodySize;
            kestrel.Listen(IPAddress.Loopback, _configuration.Port, listen => (server, listen.Protocols) = (listen, HttpProtocols.Http1));
            kestrel.Listen(IPAddress.Loopback, 0, listen => (channel, listen.Protocols) = (listen, HttpProtocols.Http2));
        });
        builder.Services.AddSingleton(_channels);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        builder.Services.AddHttpForwarder();
        _web = builder.Build();
        _web.MapWhen(
            context => context.Connection.LocalPort == channel.IPEndPoint!.Port,
            workers =>
            {
                workers.UseRouting();
                workers.UseEndpoints(endpoints => endpoints.MapGrpcService<FunctionRpcService>());
            }
        );
        _web.Use(AdmitAsync);
        _web.UseRouting();
        _web.Use(WithoutMethodNotAllowed);
        ((IEndpointRouteBuilder)_web).DataSources.Add(_endpoints);
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new FunctionsHostException(
                $"Port {_configuration.Port} on 127.0.0.1 is in use. End what listens there, or choose another port (--port; "
                    + "0: a free one).",
                e
            );
        }

        return (server.IPEndPoint!.Port, channel.IPEndPoint!.Port);
    }

    private List<Endpoint> Endpoints(IReadOnlyList<FunctionDefinition> functions, IReadOnlyList<MethodInfo> methods)
    {
        var jobHost = (JobHost)_jobs!.Services.GetRequiredService<IJobHost>();
        var durable = _jobs
            .Services.GetServices<IExtensionConfigProvider>()
            .OfType<IAsyncConverter<HttpRequestMessage, HttpResponseMessage>>()
            .Single();
        var keys = _configuration.Keys;
        return
        [
            .. new FunctionEndpoints(jobHost, keys, _logger).Build(functions, methods, _configuration.HostJson.RoutePrefix),
            .. new AdminApi(jobHost, keys, _configuration.HostId, TimeProvider.System).Build(functions, methods),
            new ManagementApi(keys, durable).Endpoint,
        ];
    }

    private async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (!_ready || _stopped)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return;
        }

        using var request = _requests.Begin(context);
        await next(context);
    }

    /// <summary>The official host answers 404 where ASP.NET Core's routing would answer 405.</summary>
    private static Task WithoutMethodNotAllowed(HttpContext context, RequestDelegate next)
    {
        // Routing's own endpoint for that is the only one that is not a route's.
        if (context.GetEndpoint() is { } endpoint and not RouteEndpoint)
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }

    [LoggerMessage(931, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(932, LogLevel.Information, "Ready at {Address}: {Count} functions, worker process {Worker}")]
    private partial void LogReady(Uri address, int count, int? worker);
}
