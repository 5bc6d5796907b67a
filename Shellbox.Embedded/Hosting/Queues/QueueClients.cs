using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Shellbox.Embedded.Hosting.Settings;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>The clients of the queues that functions name.</summary>
internal sealed class QueueClients(IConfiguration settings)
{
    private readonly ConcurrentDictionary<(string? Connection, string Queue), QueueClient> clients = new();

    /// <summary>The queue; its messages are taken as they are, so encoding is the caller's matter.</summary>
    /// <exception cref="InvalidOperationException">The connection is not set, or is no connection string.</exception>
    public QueueClient Get(string? connection, string queue) => clients.GetOrAdd((connection, queue), key =>
    {
        var name = string.IsNullOrEmpty(key.Connection) ? "AzureWebJobsStorage" : key.Connection;
        var text = SettingNames.Connection(settings, key.Connection)
            ?? throw new InvalidOperationException($"The setting '{name}' is missing; the queue '{key.Queue}' needs its connection string.");
        try
        {
            return new QueueClient(text, SettingNames.Resolve(settings, key.Queue), new QueueClientOptions { Retry = { MaxRetries = 1 } });
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"The setting '{name}' is not a storage connection string.", e);
        }
    });
}
