using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.ResourceManager;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// A simulator with the real clients: the SDK's, which are not allowed to try again (so that a test sees every answer), and an
/// Azure.Core pipeline for requests that no SDK client makes.
/// </summary>
internal sealed class TestAzure : IAsyncDisposable
{
    public const string VirtualMachinesVersion = "2024-07-01";
    public const string DisksVersion = "2023-10-02";
    public const string ResourcesVersion = "2021-04-01";
    public const string ResourceGraphVersion = "2022-10-01";

    private readonly HttpClientTransport _transport;
    private readonly HttpPipeline _anonymous;

    private TestAzure(SimulatedAzure simulator, string? virtualMachinesVersion)
    {
        Simulator = simulator;
        var thumbprint = Convert.FromHexString(simulator.CertificateThumbprint);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is not null && certificate.GetCertHash(HashAlgorithmName.SHA256).SequenceEqual(thumbprint);
        _transport = new HttpClientTransport(handler);

        var options = new ArmClientOptions
        {
            Environment = new ArmEnvironment(simulator.ArmEndpoint, simulator.Audience),
            Transport = _transport,
        };
        options.Retry.MaxRetries = 0;
        if (virtualMachinesVersion is not null)
            options.SetApiVersion("Microsoft.Compute/virtualMachines", virtualMachinesVersion);
        Client = new ArmClient(simulator.CreateCredential(), simulator.SubscriptionId, options);

        var raw = new RawOptions { Transport = _transport };
        raw.Retry.MaxRetries = 0;
        _anonymous = HttpPipelineBuilder.Build(raw);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SimulatedAzure Simulator { get; }

    public ArmClient Client { get; }

    public string Subscription => $"/subscriptions/{Simulator.SubscriptionId}";

    public string Group => $"{Subscription}/resourceGroups/{Simulator.ResourceGroup}";

    public ResourceGroupResource ResourceGroup => Client.GetResourceGroupResource(new ResourceIdentifier(Group));

    /// <param name="fleet">What exists at the start.</param>
    /// <param name="options">The rest; a thousand simulated seconds in a real one, and no request limits, unless it says so.</param>
    /// <param name="virtualMachinesVersion">The api-version for VMs when not the SDK's own.</param>
    public static async Task<TestAzure> StartAsync(
        FleetDescription? fleet = null,
        AzureSimulatorOptions? options = null,
        string? virtualMachinesVersion = null
    ) =>
        new(
            await SimulatedAzure.StartAsync(
                (options ?? new AzureSimulatorOptions { TimeScale = 1000, Throttling = false }) with
                {
                    Fleet = fleet,
                },
                Cancel
            ),
            virtualMachinesVersion
        );

    /// <summary>Waits for the end of an operation; the SDK's own waiting sleeps a second at least.</summary>
    public static async Task<T> EndAsync<T>(Task<ArmOperation<T>> begun)
        where T : notnull
    {
        var operation = await begun;
        await EndAsync(operation);
        return operation.Value;
    }

    public static async Task EndAsync(Task<ArmOperation> begun) => await EndAsync(await begun);

    /// <exception cref="RequestFailedException">It failed.</exception>
    public static Task EndAsync(Operation operation) =>
        Wait.UntilAsync(
            async () =>
            {
                await operation.UpdateStatusAsync(Cancel);
                return operation.HasCompleted;
            },
            "the operation has ended"
        );

    public static async Task<IReadOnlyList<T>> ListAsync<T>(AsyncPageable<T> pages)
        where T : notnull
    {
        var all = new List<T>();
        await foreach (var item in pages.WithCancellation(Cancel))
            all.Add(item);
        return all;
    }

    public static FleetDescription FleetOf(string[]? virtualMachines = null, string[]? disks = null) =>
        new()
        {
            VirtualMachines = [.. (virtualMachines ?? []).Select(n => new FleetVirtualMachine { Name = n })],
            Disks = [.. (disks ?? []).Select(n => new FleetDisk { Name = n })],
        };

    public string VirtualMachine(string name) => $"{Group}/providers/Microsoft.Compute/virtualMachines/{name}";

    public string Disk(string name) => $"{Group}/providers/Microsoft.Compute/disks/{name}";

    public VirtualMachineResource VirtualMachineResource(string name) =>
        Client.GetVirtualMachineResource(new ResourceIdentifier(VirtualMachine(name)));

    public ManagedDiskResource DiskResource(string name) => Client.GetManagedDiskResource(new ResourceIdentifier(Disk(name)));

    /// <summary>A request with a good token, to a path with its query.</summary>
    public Task<Answer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        SendAsAsync($"Bearer {Simulator.CreateToken()}", method, path, body is null ? null : Encoding.UTF8.GetBytes(body), headers);

    public async Task<Answer> SendAsAsync(
        string? authorization,
        string method,
        string path,
        byte[]? body,
        params (string Name, string Value)[] headers
    )
    {
        using var message = _anonymous.CreateMessage();
        message.BufferResponse = true;
        message.Request.Method = RequestMethod.Parse(method);
        message.Request.Uri.Reset(new Uri(Simulator.ArmEndpoint, path));
        if (authorization is not null)
            message.Request.Headers.SetValue("Authorization", authorization);
        if (body is not null)
        {
            message.Request.Content = RequestContent.Create(body);
            message.Request.Headers.SetValue("Content-Type", "application/json");
        }

        foreach (var (name, value) in headers)
            message.Request.Headers.SetValue(name, value);
        await _anonymous.SendAsync(message, Cancel);
        var content = message.Response.Content.ToArray();
        return new Answer(
            message.Response.Status,
            content.Length == 0 ? null : JsonNode.Parse(content),
            message.Response.Headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase)
        );
    }

    public Task<Answer> PatchAsync(string virtualMachine, string body, params (string Name, string Value)[] headers) =>
        SendAsync("PATCH", $"{VirtualMachine(virtualMachine)}?api-version={VirtualMachinesVersion}", body, headers);

    /// <summary>A PATCH that makes these the data disks of a VM, by LUN.</summary>
    public Task<Answer> PatchDisksAsync(string virtualMachine, params (int Lun, string Disk)[] disks) =>
        PatchAsync(virtualMachine, DataDisks(disks));

    public string DataDisks(params (int Lun, string Disk)[] disks) =>
        new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["storageProfile"] = new JsonObject
                {
                    ["dataDisks"] = new JsonArray([
                        .. disks.Select(d => new JsonObject
                        {
                            ["lun"] = d.Lun,
                            ["createOption"] = "Attach",
                            ["managedDisk"] = new JsonObject { ["id"] = Disk(d.Disk) },
                        }),
                    ]),
                },
            },
        }.ToJsonString();

    public async Task<JsonObject> GetAsync(string path, string version) =>
        (JsonObject)(await SendAsync("GET", $"{path}?api-version={version}")).Body!;

    /// <summary>The private address of a VM.</summary>
    public async Task<string> AddressAsync(string virtualMachine)
    {
        var nic = (string)
            (await GetAsync(VirtualMachine(virtualMachine), VirtualMachinesVersion))["properties"]!["networkProfile"]![
                "networkInterfaces"
            ]![0]!["id"]!;
        return (string)(await GetAsync(nic, "2023-09-01"))["properties"]!["ipConfigurations"]![0]!["properties"]!["privateIPAddress"]!;
    }

    /// <summary>Runs a command on an instance.</summary>
    public async Task<ProgramRun> SshAsync(SshKey key, string virtualMachine, string command, string user = "root") =>
        await key.RunAsync(
            new SshServer(await AddressAsync(virtualMachine), Simulator.Options.InstancePort, user, HostKey: null),
            command,
            Cancel
        );

    public Task<Answer> QueryAsync(string query, JsonObject? options = null)
    {
        var body = new JsonObject { ["subscriptions"] = new JsonArray(Simulator.SubscriptionId), ["query"] = query };
        if (options is not null)
            body["options"] = options;
        return SendAsync("POST", $"/providers/Microsoft.ResourceGraph/resources?api-version={ResourceGraphVersion}", body.ToJsonString());
    }

    /// <summary>Polls the operation that an answer began, until it ended; its last state.</summary>
    public async Task<JsonObject> EndAsync(Answer begun)
    {
        Assert.True(begun.Status is 200 or 201 or 202, $"{begun.Status} {begun.Code} {begun.Message}");
        return await Wait.UntilAsync(
            async () =>
            {
                var state = await SendAsync("GET", begun.PathOf("Azure-AsyncOperation"));
                Assert.Equal(200, state.Status);
                return (JsonObject)state.Body!;
            },
            state => (string?)state["status"] != "InProgress",
            "the operation has ended"
        );
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Dispose();
        await Simulator.DisposeAsync();
    }

    private sealed class RawOptions : ClientOptions;
}
