namespace Shellbox.LocalHost.Durable;

/// <summary>Something to be written, in one transaction with others.</summary>
/// <param name="Apply">Makes the changes; called again if that transaction had to be undone.</param>
/// <param name="Committed">Called when they are on the disk.</param>
/// <param name="Failed">Called when they will not be.</param>
internal sealed record DatabaseWrite(Action<DatabaseConnection> Apply, Action Committed, Action<Exception> Failed);
