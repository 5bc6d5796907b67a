namespace Shellbox.Tests.Fixtures;

/// <summary>Where Durable keeps its state.</summary>
public enum Provider
{
    /// <summary>Azure's own, here on Azurite.</summary>
    AzureStorage,

    /// <summary>This repository's own: one file.</summary>
    Sqlite,
}
