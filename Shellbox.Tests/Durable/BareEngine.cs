using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting;
using Shellbox.Embedded.Hosting.Functions;

namespace Shellbox.Tests.Durable;

/// <summary>An engine at work with the functions of some classes, without HTTP and triggers around it.</summary>
internal sealed class BareEngine : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private BareEngine(ServiceProvider services, OrchestrationEngine engine)
    {
        this.services = services;
        Engine = engine;
        Client = new EngineClient(engine);
    }

    public OrchestrationEngine Engine { get; }

    public EngineClient Client { get; }

    /// <summary>One that takes orders and carries none out.</summary>
    public static BareEngine Closed(EngineOptions options, params Type[] functions) =>
        Create(options, TimeProvider.System, null, functions);

    public static BareEngine Start(EngineOptions options, TimeProvider time, object? state, params Type[] functions)
    {
        var bare = Create(options, time, state, functions);
        bare.Engine.Start();
        bare.Engine.Resume();
        return bare;
    }

    public async Task QuietAsync(CancellationToken cancellation)
    {
        while (!Engine.IsQuiet)
            await Task.Delay(1, cancellation);
    }

    /// <summary>Stops as a host does: what runs may end.</summary>
    public Task StopAsync() => Engine.StopAsync(CancellationToken.None);

    /// <summary>Closes the file without waiting for anything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await services.DisposeAsync();
    }

    private static BareEngine Create(EngineOptions options, TimeProvider time, object? state, Type[] functions)
    {
        var collection = new ServiceCollection();
        if (state is not null)
            collection.AddSingleton(state.GetType(), state);
        var services = collection.BuildServiceProvider();
        var hosted = new EmbeddedHostOptions();
        foreach (var type in functions)
            hosted.FunctionTypes.Add(type);
        var catalog = new FunctionCatalog(FunctionScanner.Scan(hosted), services.GetRequiredService<IServiceScopeFactory>(), []);
        var engine = new OrchestrationEngine(options, catalog, time, NullLoggerFactory.Instance);
        return new BareEngine(services, engine);
    }
}
