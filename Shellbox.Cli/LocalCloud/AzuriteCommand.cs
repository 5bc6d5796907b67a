using System.Globalization;

namespace Shellbox.Cli.LocalCloud;

/// <summary>Azurite, the storage emulator: Table, Queue and Blob Storage on loopback.</summary>
internal static class AzuriteCommand
{
    // The emulator's published account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static ChildCommand Create(CloudPaths paths, AzuritePorts ports) =>
        new(
            "Azurite",
            "azurite.log",
            [
                "node",
                paths.AzuriteScript,
                "--location",
                paths.Azurite,
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
            ],
            new Dictionary<string, string>(),
            TimeSpan.FromSeconds(5)
        );

    public static string ConnectionString(AzuritePorts ports) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};"
        + $"BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Account};"
        + $"QueueEndpoint=http://127.0.0.1:{ports.Queue}/{Account};"
        + $"TableEndpoint=http://127.0.0.1:{ports.Table}/{Account};";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
