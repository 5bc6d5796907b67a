using System.Collections;
using System.Text;
using Azure;
using Azure.Storage.Queues;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Settings;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>Sends what a function returns to the queue that its attribute names.</summary>
internal sealed class QueueOutput(QueueClients clients, HostJson hostJson)
{
    /// <summary>Sends a value; an array or list (but not a text) as one message for each element, null not at all.</summary>
    public async Task SendAsync(Function function, object? result, CancellationToken cancellation)
    {
        var queue = clients.Get(function.Output!.Connection, function.Output.QueueName);
        foreach (var text in Messages(result))
        {
            var body = hostJson.QueueBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text;
            await SendAsync(queue, body, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(QueueClient queue, string body, CancellationToken cancellation)
    {
        try
        {
            await queue.SendMessageAsync(body, cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await queue.SendMessageAsync(body, cancellation).ConfigureAwait(false);
        }
    }

    private static IEnumerable<string> Messages(object? result) => result switch
    {
        null => [],
        string text => [text],
        byte[] bytes => [Encoding.UTF8.GetString(bytes)],
        IEnumerable many and not IDictionary => many.Cast<object?>().SelectMany(Messages),
        _ => [Json.Serialize(result)!],
    };
}
