namespace Shellbox.Benchmarks;

/// <summary>A part of a storage account that has a price of its own.</summary>
internal enum StorageService
{
    Blob,
    Queue,
    Table,
}
