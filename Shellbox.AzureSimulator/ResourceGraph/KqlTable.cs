namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>Rows with named, typed columns: what flows from one operator of a query to the next.</summary>
internal sealed record KqlTable(IReadOnlyList<KqlColumn> Columns, IReadOnlyList<object?[]> Rows);
