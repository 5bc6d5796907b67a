using System.Reflection;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.State;
using Shellbox.Functions.Connect;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.State;

/// <summary>What the app makes in its storage account when it starts.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class StorageSetupTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_queue_that_a_function_is_triggered_by_is_there_once_the_app_has_started()
    {
        var triggers = typeof(Prewarm)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .SelectMany(m => m.GetParameters())
            .Select(p => p.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .ToList();
        var storage = azurite.ConnectionString;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", storage)]).Build();
        await using var services = new ServiceCollection().AddLogging().AddShellbox(configuration).BuildServiceProvider();
        var setup = ActivatorUtilities.CreateInstance<StorageSetup>(services);

        await setup.StartAsync(Cancel);
        await setup.StartAsync(Cancel);

        var queues = await new QueueServiceClient(storage)
            .GetQueuesAsync(cancellationToken: Cancel)
            .Select(q => q.Name)
            .ToListAsync(Cancel);
        Assert.Equal(triggers, queues.Order(StringComparer.Ordinal));
    }
}
