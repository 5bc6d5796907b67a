using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Shellbox.Activities;
using Shellbox.Activities.Operations;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Sessions;

namespace Shellbox.Functions;

/// <summary>The app, the same under either Functions host.</summary>
public static class ShellboxApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<ProblemMiddleware>();
        builder.Services.AddShellbox(builder.Configuration);
        builder.Services.AddSingleton<ConnectStarter>();
        builder.Services.AddSingleton<BoxStarter>();
        builder.Services.AddSingleton<SessionWatch>();

        var telemetry = builder
            .Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("Azure.*"))
            .WithMetrics(metrics => metrics.AddMeter(ShellboxMetrics.MeterName).AddAspNetCoreInstrumentation());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
        return builder;
    }
}
