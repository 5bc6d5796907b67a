using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Http;
using Shellbox.Embedded.Hosting.Queues;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Embedded.Hosting.Timers;
using Shellbox.Embedded.Worker.Middleware;

namespace Shellbox.Embedded.Hosting;

/// <summary>Puts the host together.</summary>
internal static class EmbeddedHostBuilder
{
    private const int DefaultPort = 7071;

    /// <summary>The largest request body the official host takes, in bytes.</summary>
    private const long LargestBody = 100 * 1024 * 1024;

    public static WebApplicationBuilder Create(string[] args)
    {
        var scriptRoot = ScriptRoot.Find(args);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = Assembly.GetEntryAssembly()?.GetName().Name,
            ContentRootPath = scriptRoot,
            EnvironmentName = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
                ?? Environments.Production,
        });
        var localSettings = LocalSettings.Read(scriptRoot);
        builder.Configuration
            .AddJsonFile(Path.Combine(scriptRoot, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddInMemoryCollection(localSettings.Values)
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        AddLogging(builder, HostJson.Read(scriptRoot, builder.Configuration));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddRouting();
        builder.Services.AddMvcCore();
        builder.Services.AddOptions<EmbeddedHostOptions>();
        builder.Services.AddSingleton(localSettings);
        AddHost(builder.Services, scriptRoot);
        return builder;
    }

    public static IHost Build(WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        var app = builder.Build();
        foreach (var url in Urls(app.Configuration))
            app.Urls.Add(url);
        app.Run(context => app.Services.GetRequiredService<HttpDispatcher>().HandleAsync(context));
        return app;
    }

    private static string[] Urls(IConfiguration settings)
    {
        if (settings["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var text = settings["Host:LocalHttpPort"];
        if (string.IsNullOrEmpty(text))
            return [$"http://127.0.0.1:{DefaultPort}"];
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? [$"http://127.0.0.1:{port}"]
            : throw new InvalidOperationException($"Host:LocalHttpPort is '{text}', which is not a port number.");
    }

    private static void AddLogging(WebApplicationBuilder builder, HostJson hostJson)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });

        // Quiet unless asked for: each request of ASP.NET Core beside the host's own lines.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        foreach (var (category, text) in hostJson.LogLevels)
        {
            if (!Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level))
                throw new InvalidOperationException($"host.json: logging.logLevel.{category} is '{text}', which is not a log level.");
            if (category.Equals("default", StringComparison.OrdinalIgnoreCase))
                builder.Logging.SetMinimumLevel(level);
            else
                builder.Logging.AddFilter(category, level);
        }
    }

    private static void AddHost(IServiceCollection services, string scriptRoot)
    {
        services.AddSingleton(s =>
        {
            var hostJson = HostJson.Read(scriptRoot, s.GetRequiredService<IConfiguration>());
            hostJson.Validate();
            return hostJson;
        });
        services.AddSingleton(s => Options(s, scriptRoot));
        services.AddSingleton(s => new FunctionCatalog(
            FunctionScanner.Scan(s.GetRequiredService<IOptions<EmbeddedHostOptions>>().Value),
            s.GetRequiredService<IServiceScopeFactory>(),
            s.GetServices<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>>()));
        services.AddSingleton<IFunctionDirectory>(s => s.GetRequiredService<FunctionCatalog>());
        services.AddSingleton<OrchestrationEngine>();
        services.AddSingleton<HostAddress>();
        services.AddSingleton<HostedDurableClient>();
        services.AddSingleton<DurableTaskClient>(s => s.GetRequiredService<HostedDurableClient>());
        services.AddSingleton(s => new FunctionKeys(
            s.GetRequiredService<IConfiguration>(),
            Path.Combine(Path.GetDirectoryName(s.GetRequiredService<EngineOptions>().DatabasePath)!, "keys.json")));
        services.AddSingleton<ManagementApi>();
        services.AddSingleton<QueueClients>();
        services.AddSingleton<QueueOutput>();
        services.AddSingleton<QueueTriggers>();
        services.AddSingleton<TimerTriggers>();
        services.AddSingleton<HttpDispatcher>();
        services.AddHostedService<FunctionsHostedService>();
    }

    private static EngineOptions Options(IServiceProvider services, string scriptRoot)
    {
        var settings = services.GetRequiredService<IConfiguration>();
        var hostJson = services.GetRequiredService<HostJson>();
        var path = services.GetRequiredService<IOptions<EmbeddedHostOptions>>().Value.DatabasePath
            ?? settings["EmbeddedHost:DatabasePath"]
            ?? Path.Combine(".shellbox", "durable.db");
        var options = new EngineOptions
        {
            DatabasePath = Path.GetFullPath(path, scriptRoot),
            SyncEveryCommit = !string.Equals(settings["EmbeddedHost:Synchronous"], "Normal", StringComparison.OrdinalIgnoreCase),
            HubName = hostJson.HubName,
            FunctionTimeout = hostJson.FunctionTimeout,
            DefaultVersion = hostJson.DefaultVersion,
            StrictVersion = hostJson.StrictVersion,
        };
        return options with
        {
            MaxConcurrentActivities = hostJson.MaxConcurrentActivities ?? options.MaxConcurrentActivities,
            MaxConcurrentOrchestrators = hostJson.MaxConcurrentOrchestrators ?? options.MaxConcurrentOrchestrators,
            MaxLiveOrchestrators = settings.GetValue("EmbeddedHost:MaxLiveOrchestrators", options.MaxLiveOrchestrators),
        };
    }
}
