using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Instances;

/// <summary>
/// Runs the verbs of the instance script over SSH. One connection an instance is kept: opening one costs 75-180 ms, a command on an open
/// one 3-6 ms (measured with SSH.NET 2026.0.0 and OpenSSH 9.2 on loopback).
/// </summary>
public sealed partial class InstanceShell(IOptions<ShellboxOptions> options, TimeProvider time, ILogger<InstanceShell> logger) : IDisposable
{
    private readonly ConcurrentDictionary<(string Address, string Fingerprint), Lazy<Task<SshClient>>> _clients = new();
    private readonly InstanceOptions _instance = options.Value.Instance;

    /// <param name="placement">The instance.</param>
    /// <param name="verb">One of <see cref="AgentVerb"/>.</param>
    /// <param name="request">What the verb is given.</param>
    /// <param name="timeout">How long the verb may take in all.</param>
    /// <param name="cancellationToken">Ends the wait; the verb on the instance goes on to its own end.</param>
    /// <exception cref="InstanceUnreachableException">No SSH, a foreign host key, or no answer in time.</exception>
    /// <exception cref="StepFailedException">The instance refuses, or another of <see cref="AgentRefusals"/>.</exception>
    public async Task<AgentAnswer> RunAsync(
        Placement placement,
        string verb,
        AgentRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var answer = await RunAsync(
            placement,
            verb,
            JsonSerializer.SerializeToUtf8Bytes(request with { Traceparent = Traceparent }, AgentJson.Default.AgentRequest),
            AgentJson.Default.AgentAnswer,
            timeout,
            cancellationToken
        );
        return answer.Ok ? answer : throw answer.ToException(placement.InstanceId);
    }

    /// <summary>What runs on the instance. Nothing there changes.</summary>
    /// <param name="placement">The instance.</param>
    /// <param name="timeout">How long the answer may take in all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InstanceUnreachableException">No SSH, a foreign host key, or no answer in time.</exception>
    public Task<AgentStatus> StatusAsync(Placement placement, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync(
            placement,
            AgentVerb.Status,
            JsonSerializer.SerializeToUtf8Bytes(new AgentStatusRequest { Traceparent = Traceparent }, AgentJson.Default.AgentStatusRequest),
            AgentJson.Default.AgentStatus,
            timeout,
            cancellationToken
        );

    private async Task<T> RunAsync<T>(
        Placement placement,
        string verb,
        byte[] request,
        JsonTypeInfo<T> answer,
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
                var said = await RunAsync(client, verb, request, timeout, cancellationToken);
                return Read(said, answer, placement, verb);
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

    /// <summary>The trace that whoever reads the instance's own steps finds them in.</summary>
    private static string? Traceparent => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    private async Task<SshOutput> RunAsync(
        SshClient client,
        string verb,
        byte[] request,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var command = client.CreateCommand($"{_instance.Command} {verb}");
        var execution = await RunOnDedicatedThreadAsync(() =>
        {
            var running = command.ExecuteAsync(CancellationToken.None);
            using var input = command.CreateInputStream();
            input.Write(request);
            return running;
        });

        await execution.WaitAsync(timeout, time, cancellationToken);
        return new SshOutput(command.ExitStatus, command.Result, command.Error);
    }

    /// <exception cref="InstanceFaultException">It is no answer.</exception>
    private T Read<T>(SshOutput output, JsonTypeInfo<T> answer, Placement placement, string verb)
    {
        try
        {
            return JsonSerializer.Deserialize(output.Result, answer) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            var said = (output.Error + output.Result).Trim();
            throw new InstanceFaultException(
                $"'{_instance.Command} {verb}' on {placement.InstanceId} ended with {output.ExitStatus} and no answer: "
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
            await RunOnDedicatedThreadAsync(() =>
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
    private static Task<T> RunOnDedicatedThreadAsync<T>(Func<T> blocking) =>
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
