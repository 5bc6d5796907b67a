namespace Shellbox.Embedded.DurableTask;

/// <summary>Decides after a failed attempt whether there is another one.</summary>
public delegate bool RetryHandler(RetryContext retryContext);
