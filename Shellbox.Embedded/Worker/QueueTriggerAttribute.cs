using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Runs a function for each message of an Azure Storage queue.</summary>
/// <param name="queueName">The queue, made when missing; <c>%NAME%</c> is replaced from the settings.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>The queue's name as given.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The setting that holds the connection string; null: <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
