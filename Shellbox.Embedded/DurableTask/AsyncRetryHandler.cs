namespace Shellbox.Embedded.DurableTask;

/// <summary>Decides after a failed attempt whether there is another one; it may await durable timers.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
