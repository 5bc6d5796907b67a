using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>
/// A row that says which version of its table's layout it is of. Rows are brought to this program's version when they are read, and written
/// back as such when they next change.
/// </summary>
internal interface IVersionedRow : ITableEntity
{
    int SchemaVersion { get; set; }

    /// <summary>The version that this program writes.</summary>
    static abstract int Newest { get; }

    /// <summary>Brings the members from the version that the row was read with to <see cref="Newest"/>.</summary>
    void Upgrade();
}
