using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Activities.Reconciliation;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

public static class ShellboxServiceCollectionExtensions
{
    /// <summary>Storage answers in milliseconds; the SDK's default would wait 100 s, four times over, for one that hangs.</summary>
    private static readonly TimeSpan StorageTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What the activities stand on. A <see cref="TimeProvider"/> or <see cref="TokenCredential"/> that is registered before is used.
    /// </summary>
    public static IServiceCollection AddShellbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShellboxOptions>().Bind(configuration.GetSection(ShellboxOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShellboxOptions>, ShellboxOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TokenCredential>(_ => CreateCredential(configuration));

        services.AddSingleton(provider => CreateTables(configuration, provider));
        services.AddSingleton(provider => CreateQueues(configuration, provider));
        services.AddSingleton<StateTables>();
        services.AddSingleton<BoxTable>();
        services.AddSingleton<BoxStore>();
        services.AddSingleton<InstanceStore>();
        services.AddSingleton<VolumeStore>();
        services.AddSingleton<BoxCreation>();
        services.AddSingleton<PoolStore>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<ShellboxMetrics>();
        services.AddSingleton<RecentConnects>();

        services.AddSingleton<ArmConnection>();
        services.AddSingleton<ComputeInstances>();
        services.AddSingleton<PoolResources>();
        services.AddSingleton<PoolGrowth>();
        services.AddSingleton<ResourceGraph>();
        services.AddSingleton<ProviderReads>();
        services.AddSingleton<TagMirror>();

        services.AddSingleton<InstanceShell>();
        services.AddSingleton<SshBanner>();
        services.AddSingleton<InstanceProbe>();
        services.AddSingleton<AttachmentCheck>();
        services.AddSingleton<ReconciliationLog>();
        services.AddHostedService<StorageSetup>();
        services.AddHostedService<RecentConnectsSeed>();
        return services;
    }

    /// <summary>
    /// The app's managed identity where there is one (App Service sets IDENTITY_ENDPOINT), else what the developer is signed in with.
    /// </summary>
    private static TokenCredential CreateCredential(IConfiguration configuration) =>
        configuration["IDENTITY_ENDPOINT"] is { Length: > 0 }
            ? new ManagedIdentityCredential(
                configuration["AZURE_CLIENT_ID"] is { Length: > 0 } clientId
                    ? ManagedIdentityId.FromUserAssignedClientId(clientId)
                    : ManagedIdentityId.SystemAssigned
            )
            : new DefaultAzureCredential();

    // The same setting as the Functions host's own storage: a connection string, or AzureWebJobsStorage__accountName with the identity.
    private static TableServiceClient CreateTables(IConfiguration configuration, IServiceProvider provider)
    {
        var options = new TableClientOptions { Retry = { NetworkTimeout = StorageTimeout } };
        return configuration["AzureWebJobsStorage"] is { Length: > 0 } connection
            ? new TableServiceClient(connection, options)
            : new TableServiceClient(Endpoint(configuration, "table"), provider.GetRequiredService<TokenCredential>(), options);
    }

    private static QueueServiceClient CreateQueues(IConfiguration configuration, IServiceProvider provider)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64, Retry = { NetworkTimeout = StorageTimeout } };
        return configuration["AzureWebJobsStorage"] is { Length: > 0 } connection
            ? new QueueServiceClient(connection, options)
            : new QueueServiceClient(Endpoint(configuration, "queue"), provider.GetRequiredService<TokenCredential>(), options);
    }

    private static Uri Endpoint(IConfiguration configuration, string kind)
    {
        if (configuration[$"AzureWebJobsStorage:{kind}ServiceUri"] is { Length: > 0 } uri)
            return new Uri(uri);
        var account =
            configuration["AzureWebJobsStorage:accountName"]
            ?? throw new InvalidOperationException(
                "AzureWebJobsStorage is missing: set a connection string, or AzureWebJobsStorage__accountName."
            );
        return new Uri($"https://{account}.{kind}.core.windows.net");
    }
}
