using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Hosting;
using Shellbox.Embedded.Worker.Middleware;

namespace Shellbox.Embedded.Worker.Builder;

/// <summary>Configures a Functions app and the host it runs in.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder builder;

    internal FunctionsApplicationBuilder(string[] args) => builder = EmbeddedHostBuilder.Create(args);

    /// <inheritdoc />
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)builder).Properties;

    /// <summary>The app's configuration; sources added here win over the host's.</summary>
    public ConfigurationManager Configuration => builder.Configuration;

    /// <inheritdoc />
    public IHostEnvironment Environment => builder.Environment;

    /// <inheritdoc />
    public ILoggingBuilder Logging => builder.Logging;

    /// <inheritdoc />
    public IMetricsBuilder Metrics => builder.Metrics;

    /// <inheritdoc />
    public IServiceCollection Services => builder.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => builder.Configuration;

    /// <inheritdoc />
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        builder.Services.AddSingleton(middleware);
        return this;
    }

    /// <summary>Builds the host; it is started with <c>Run</c> or <c>StartAsync</c>.</summary>
    public IHost Build() => EmbeddedHostBuilder.Build(builder);

    /// <inheritdoc />
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)builder).ConfigureContainer(factory, configure);
}
