using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Shellbox.LocalHost.Settings;

/// <summary>
/// Looks at start whether the storage account can be reached: what the extensions say of one that cannot is long, late and not clear.
/// </summary>
internal static class StorageCheck
{
    public const string Setting = "AzureWebJobsStorage";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="FunctionsHostException">It does not answer.</exception>
    public static async Task RequireAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        foreach (var endpoint in Endpoints(settings[Setting]!))
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(Limit);
                await socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                var why = e is SocketException ? e.Message : $"no answer within {Limit.TotalSeconds:0} s";
                throw new FunctionsHostException(
                    $"The storage account ({Setting}) cannot be reached at {endpoint.GetLeftPart(UriPartial.Authority)}: "
                        + $"{why}. Is Azurite running?",
                    e
                );
            }
        }
    }

    /// <summary>The endpoints that a connection string names; none when Azure's own follow from the account's name.</summary>
    private static IEnumerable<Uri> Endpoints(string connectionString)
    {
        if (connectionString.Trim().TrimEnd(';').Equals("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase))
        {
            return [new Uri("http://127.0.0.1:10000"), new Uri("http://127.0.0.1:10001"), new Uri("http://127.0.0.1:10002")];
        }

        return connectionString
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2 && part[0].EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase))
            .Select(part => Uri.TryCreate(part[1], UriKind.Absolute, out var uri) ? uri : null)
            .OfType<Uri>();
    }
}
