namespace Shellbox.LocalCloud;

/// <summary>Where the app's orchestrations are kept.</summary>
public enum DurableStorage
{
    /// <summary>In the storage account, as in Azure.</summary>
    AzureStorage,

    /// <summary>In a file of the local host.</summary>
    Sqlite,
}
