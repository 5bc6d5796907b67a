using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Sends a function's return value to an Azure Storage queue; null sends nothing.</summary>
/// <param name="queueName">The queue, made when missing; <c>%NAME%</c> is replaced from the settings.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class QueueOutputAttribute(string queueName) : OutputBindingAttribute
{
    /// <summary>The queue's name as given.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The setting that holds the connection string; null: <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
