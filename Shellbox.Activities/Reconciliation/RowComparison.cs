using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Reconciliation;

/// <summary>What is done with each resource of a page and each row beside it.</summary>
/// <param name="Find">Reads the row of a resource whose row does not lie beside the page.</param>
/// <param name="CheckUnknown">What becomes of a resource without a row.</param>
/// <param name="Compare">What becomes of a row, and its resource where there is one.</param>
/// <param name="Fail">What becomes of a name whose check failed.</param>
internal sealed record RowComparison<T>(
    Func<string, CancellationToken, Task<T?>> Find,
    Func<ResourceGraphRow, CancellationToken, Task> CheckUnknown,
    Func<ResourceGraphRow?, T, CancellationToken, Task> Compare,
    Func<string, Exception, Task> Fail
)
    where T : class;
