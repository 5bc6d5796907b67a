using System.Globalization;

namespace Shellbox.LocalCloud;

/// <summary>Azurite, the storage emulator: Table, Queue and Blob Storage on loopback.</summary>
public static class AzuriteCommand
{
    // The emulator's published account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static ChildCommand Create(CloudPaths paths, AzuritePorts ports) =>
        new(
            "Azurite",
            "azurite.log",
            ["node", .. Arguments(paths.AzuriteScript, paths.Azurite, ports)],
            new Dictionary<string, string>(),
            TimeSpan.FromSeconds(5)
        );

    /// <summary>The arguments of Node.</summary>
    /// <param name="script">Azurite's entry point.</param>
    /// <param name="location">Where it keeps its files; null: in memory alone.</param>
    /// <param name="ports">Where it listens.</param>
    public static IReadOnlyList<string> Arguments(string script, string? location, AzuritePorts ports) =>
        [
            script,
            .. location is null ? (string[])["--inMemoryPersistence"] : ["--location", location],
            "--silent",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            Text(ports.Blob),
            "--queueHost",
            "127.0.0.1",
            "--queuePort",
            Text(ports.Queue),
            "--tableHost",
            "127.0.0.1",
            "--tablePort",
            Text(ports.Table),
        ];

    /// <summary>The connection string of the emulator's own account, or of another that it was told of.</summary>
    public static string ConnectionString(AzuritePorts ports, string account = Account, string accountKey = AccountKey) =>
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={accountKey};"
        + $"BlobEndpoint=http://127.0.0.1:{Text(ports.Blob)}/{account};"
        + $"QueueEndpoint=http://127.0.0.1:{Text(ports.Queue)}/{account};"
        + $"TableEndpoint=http://127.0.0.1:{Text(ports.Table)}/{account};";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
