using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Instances;

/// <summary>
/// Runs the verbs of the instance script over SSH. One connection an instance is kept: opening one costs 75-180 ms, a command on an open
/// one 3-6 ms (measured with SSH.NET 2026.0.0 and OpenSSH 9.2 on loopback).
/// </summary>
public sealed partial class InstanceShell(IOptions<ShellboxOptions> options, TimeProvider time, ILogger<InstanceShell> logger) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ConcurrentDictionary<(string Address, string Fingerprint), Lazy<Task<SshClient>>> _clients = new();
    private readonly InstanceOptions _instance = options.Value.Instance;

    /// <param name="placement">The instance.</param>
    /// <param name="verb">One of the script's fixed verbs.</param>
    /// <param name="request">What the verb is given.</param>
    /// <param name="timeout">How long the verb may take in all.</param>
    /// <param name="cancellationToken">Ends the wait; the verb on the instance goes on to its own end.</param>
    /// <exception cref="InstanceUnreachableException">No SSH, a foreign host key, or no answer in time.</exception>
    public Task<InstanceAnswer> RunAsync(
        Placement placement,
        string verb,
        InstanceRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken
    ) => RunAsync<InstanceRequest, InstanceAnswer>(placement, verb, request, timeout, cancellationToken);

    /// <summary>What runs on the instance. Nothing there changes.</summary>
    /// <param name="placement">The instance.</param>
    /// <param name="timeout">How long the answer may take in all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InstanceUnreachableException">No SSH, a foreign host key, or no answer in time.</exception>
    public Task<InstanceStatus> StatusAsync(Placement placement, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync<object, InstanceStatus>(placement, "status", new { }, timeout, cancellationToken);

    private async Task<TAnswer> RunAsync<TRequest, TAnswer>(
        Placement placement,
        string verb,
        TRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var key = (placement.Address, placement.HostKeyFingerprint);
        for (var attempt = 1; ; attempt++)
        {
            // Creating and using are apart: only a kept connection that has gone stale since is worth a second try.
            var kept = _clients.ContainsKey(key);
            var entry = _clients.GetOrAdd(key, _ => new Lazy<Task<SshClient>>(() => ConnectAsync(placement)));
            try
            {
                var client = await entry.Value.WaitAsync(cancellationToken);
                return await RunAsync<TRequest, TAnswer>(client, placement, verb, request, timeout, cancellationToken);
            }
            catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException)
            {
                Drop(key, entry);
                if (kept && attempt == 1)
                    continue;
                throw new InstanceUnreachableException(
                    $"Instance {placement.InstanceId} does not answer SSH at {placement.Address}:{_instance.SshPort}: {e.Message}",
                    e
                );
            }
            catch (TimeoutException e)
            {
                Drop(key, entry);
                throw new InstanceUnreachableException(
                    $"Instance {placement.InstanceId} did not finish '{verb}' within {timeout.TotalSeconds:0} s.",
                    e
                );
            }
        }
    }

    public void Dispose()
    {
        foreach (var (key, entry) in _clients)
            Drop(key, entry);
    }

    private async Task<TAnswer> RunAsync<TRequest, TAnswer>(
        SshClient client,
        Placement placement,
        string verb,
        TRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var command = client.CreateCommand($"{_instance.Command} {verb}");
        var execution = await OffThePoolAsync(() =>
        {
            var running = command.ExecuteAsync(CancellationToken.None);
            using var input = command.CreateInputStream();
            input.Write(JsonSerializer.SerializeToUtf8Bytes(request, Json));
            return running;
        });

        await execution.WaitAsync(timeout, time, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<TAnswer>(command.Result, Json) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            var said = (command.Error + command.Result).Trim();
            throw new InstanceFaultException(
                $"'{_instance.Command} {verb}' on {placement.InstanceId} ended with {command.ExitStatus} and no answer: "
                    + $"{(said.Length > 300 ? said[^300..] : said)}"
            );
        }
    }

    private async Task<SshClient> ConnectAsync(Placement placement)
    {
        using var key = _instance.PrivateKey is { Length: > 0 } text
            ? new PrivateKeyFile(new MemoryStream(Encoding.UTF8.GetBytes(text)))
            : new PrivateKeyFile(_instance.PrivateKeyFile!);
        var connection = new ConnectionInfo(
            placement.Address,
            _instance.SshPort,
            _instance.UserName,
            new PrivateKeyAuthenticationMethod(_instance.UserName, key)
        )
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
        var client = new SshClient(connection) { KeepAliveInterval = TimeSpan.FromSeconds(30) };
        var foreign = (string?)null;
        client.HostKeyReceived += (_, e) =>
        {
            e.CanTrust = e.FingerPrintSHA256.TrimEnd('=') == placement.HostKeyFingerprint;
            if (!e.CanTrust)
                foreign = e.FingerPrintSHA256;
        };
        try
        {
            await OffThePoolAsync(() =>
            {
                client.Connect();
                return client;
            });
            return client;
        }
        catch (Exception e)
        {
            client.Dispose();
            if (foreign is null)
                throw;
            LogForeignHostKey(placement.InstanceId, placement.Address, foreign, placement.HostKeyFingerprint);
            throw new InstanceUnreachableException(
                $"Instance {placement.InstanceId} at {placement.Address} shows a host key that it was not registered with "
                    + $"(SHA256:{foreign}).",
                e
            );
        }
    }

    /// <summary>
    /// SSH.NET waits for the server's answers (to the key exchange, the login, the opening of a channel) by blocking its thread. Some dozen
    /// connects at once would take every thread of the pool, and all of the app would stand still.
    /// </summary>
    private static Task<T> OffThePoolAsync<T>(Func<T> blocking) =>
        Task.Factory.StartNew(
            blocking,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    private void Drop((string, string) key, Lazy<Task<SshClient>> entry)
    {
        // Only this very connection: another caller may have made a new one already.
        if (
            _clients.TryRemove(new KeyValuePair<(string, string), Lazy<Task<SshClient>>>(key, entry))
            && entry.IsValueCreated
            && entry.Value.IsCompletedSuccessfully
        )
        {
            entry.Value.Result.Dispose();
        }
    }

    [LoggerMessage(
        301,
        LogLevel.Error,
        "Instance {InstanceId} at {Address} shows host key SHA256:{Actual}, registered is SHA256:{Expected}"
    )]
    private partial void LogForeignHostKey(string instanceId, string address, string actual, string expected);
}
