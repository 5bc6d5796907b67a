using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Resources;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;

namespace Shellbox.Benchmarks.Connect;

/// <summary>
/// A simulated Azure with a VM and a disk for each connect, and the steps that the old flow and its stages are made of, through the Azure
/// SDK. Connect n works on VM n and disk n, so that with the same seed each flow meets the same draws.
/// </summary>
internal sealed class BaselineCloud : IAsyncDisposable
{
    /// <summary>
    /// How the .NET SDK polls a long-running operation with <c>WaitUntil.Completed</c>: by this ladder, or by the Retry-After if that is
    /// longer (Azure.Core's sequential strategy, measured with ARM 1.7.0).
    /// </summary>
    private static readonly int[] LadderSeconds = [1, 1, 1, 2, 4, 8, 16, 32];

    /// <summary>
    /// The old system looked again every few seconds (its interval is not on record) and gave up after 2 minutes
    /// (connect-performance-analysis.md).
    /// </summary>
    private static readonly TimeSpan GraphPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GraphLimit = TimeSpan.FromMinutes(2);

    private readonly ArmConnection _arm;

    private BaselineCloud(SimulatedAzure azure)
    {
        Azure = azure;
        _arm = new ArmConnection(
            Options.Create(
                new ShellboxOptions
                {
                    Azure = new AzureOptions
                    {
                        ArmEndpoint = azure.ArmEndpoint,
                        Audience = azure.Audience,
                        CertificateThumbprint = azure.CertificateThumbprint,
                        SubscriptionId = azure.SubscriptionId,
                        ResourceGroup = azure.ResourceGroup,
                    },
                }
            ),
            azure.CreateCredential()
        );
    }

    public SimulatedAzure Azure { get; }

    private ResourceGroupResource Group =>
        _arm.Client.GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(_arm.SubscriptionId, _arm.ResourceGroupName));

    public static async Task<BaselineCloud> StartAsync(int connects, double timeScale, int seed, CancellationToken cancellationToken) =>
        new(
            await SimulatedAzure.StartAsync(
                new AzureSimulatorOptions
                {
                    TimeScale = timeScale,
                    Seed = seed,
                    Fleet = new FleetDescription
                    {
                        VirtualMachines =
                        [
                            .. Enumerable
                                .Range(1, connects)
                                .Select(n => new FleetVirtualMachine
                                {
                                    Name = Vm(n),
                                    Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                                }),
                        ],
                        Disks =
                        [
                            .. Enumerable
                                .Range(1, connects)
                                .Select(n => new FleetDisk
                                {
                                    Name = Disk(n),
                                    Tags = new Dictionary<string, string>
                                    {
                                        ["shellbox:role"] = "volume",
                                        ["shellbox:status"] = "detached",
                                        ["shellbox:boxname"] = Disk(n),
                                    },
                                }),
                        ],
                    },
                },
                cancellationToken
            )
        );

    public static string Vm(int n) => string.Create(CultureInfo.InvariantCulture, $"vm-{n:d4}");

    public static string Disk(int n) => string.Create(CultureInfo.InvariantCulture, $"vol-{n:d4}");

    /// <summary>Seconds of Azure's own time that the work took.</summary>
    public async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds * Azure.Options.TimeScale;
    }

    /// <summary>Step 1 of the old flow: the user's volume, and the free instances.</summary>
    public async Task QueryResourcesAsync(int n, CancellationToken cancellationToken)
    {
        await CountAsync(
            $"Resources | where type =~ 'microsoft.compute/disks' | where tags['shellbox:boxname'] == '{Disk(n)}' | project id",
            cancellationToken
        );
        await CountAsync(
            "Resources | where type =~ 'microsoft.compute/virtualmachines' | where tags['shellbox:status'] == 'free' | project "
                + "id | limit 10",
            cancellationToken
        );
    }

    /// <summary>GET and PUT of the VM, with tags and, if asked, the data disk; the SDK waits for the end of the operation.</summary>
    public async Task UpdateVmAsync(int n, bool tags, bool attach, CancellationToken cancellationToken)
    {
        var vm = (await Group.GetVirtualMachines().GetAsync(Vm(n), cancellationToken: cancellationToken)).Value;
        if (tags)
            SetTags(vm.Data.Tags);
        if (attach)
        {
            vm.Data.StorageProfile.DataDisks.Add(
                new VirtualMachineDataDisk(0, DiskCreateOptionType.Attach)
                {
                    ManagedDisk = new VirtualMachineManagedDisk
                    {
                        Id = ManagedDiskResource.CreateResourceIdentifier(_arm.SubscriptionId, _arm.ResourceGroupName, Disk(n)),
                    },
                }
            );
        }

        var operation = await Group
            .GetVirtualMachines()
            .CreateOrUpdateAsync(WaitUntil.Started, Vm(n), vm.Data, cancellationToken: cancellationToken);
        await WaitAsync(operation, cancellationToken);
    }

    /// <summary>GET and PUT of the disk with tags; the SDK waits for the end of the operation.</summary>
    public async Task UpdateDiskTagsAsync(int n, CancellationToken cancellationToken)
    {
        var disk = (await Group.GetManagedDisks().GetAsync(Disk(n), cancellationToken)).Value;
        SetTags(disk.Data.Tags);
        var operation = await Group.GetManagedDisks().CreateOrUpdateAsync(WaitUntil.Started, Disk(n), disk.Data, cancellationToken);
        await WaitAsync(operation, cancellationToken);
    }

    /// <summary>Waits until Resource Graph shows the new tags; after the limit the old flow went on without.</summary>
    public async Task WaitForGraphAsync(string name, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (
            await CountAsync(
                $"Resources | where name == '{name}' | where tags['shellbox:status'] == 'connected' | project id",
                cancellationToken
            ) == 0
            && Stopwatch.GetElapsedTime(start) < GraphLimit / Azure.Options.TimeScale
        )
        {
            await Task.Delay(GraphPoll / Azure.Options.TimeScale, Azure.Options.TimeProvider, cancellationToken);
        }
    }

    /// <summary>Requests of a connect: to Resource Manager, and of those not counted in it to Resource Graph.</summary>
    public (double Arm, double Graph) CallsOf(int connects)
    {
        var graph = Azure.Requests.Count(r => r.Path.Contains("ResourceGraph", StringComparison.OrdinalIgnoreCase));
        return ((Azure.Requests.Count - graph) / (double)connects, graph / (double)connects);
    }

    public ValueTask DisposeAsync() => Azure.DisposeAsync();

    /// <summary>
    /// The SDK's own wait, with its ladder divided by the time scale: left to itself it never polls more often than once a real second, and
    /// the old flow would look worse than it was.
    /// </summary>
    private async Task WaitAsync(Operation operation, CancellationToken cancellationToken)
    {
        for (var i = 0; !operation.HasCompleted; i++)
        {
            var pause = TimeSpan.FromSeconds(LadderSeconds[Math.Min(i, LadderSeconds.Length - 1)] / Azure.Options.TimeScale);
            var asked = operation.GetRawResponse().Headers switch
            {
                var headers when headers.TryGetValue("x-ms-retry-after-ms", out var text) => TimeSpan.FromMilliseconds(
                    double.Parse(text, CultureInfo.InvariantCulture)
                ),
                var headers when headers.TryGetValue("Retry-After", out var text) => TimeSpan.FromSeconds(
                    double.Parse(text, CultureInfo.InvariantCulture)
                ),
                _ => TimeSpan.Zero,
            };
            await Task.Delay(asked > pause ? asked : pause, Azure.Options.TimeProvider, cancellationToken);
            await operation.UpdateStatusAsync(cancellationToken);
        }
    }

    private static void SetTags(IDictionary<string, string> tags)
    {
        tags["shellbox:status"] = "connected";
        tags["shellbox:lastused"] = "now";
        tags["shellbox:userid"] = "somebody";
    }

    private async Task<int> CountAsync(string query, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["subscriptions"] = new JsonArray(_arm.SubscriptionId),
            ["query"] = query,
            ["options"] = new JsonObject { ["resultFormat"] = "objectArray" },
        };
        using var message = _arm.Pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(new Uri(_arm.Endpoint, "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"));
        message.Request.Headers.SetValue("Content-Type", "application/json");
        message.Request.Content = RequestContent.Create(BinaryData.FromString(body.ToJsonString()));
        await _arm.Pipeline.SendAsync(message, cancellationToken);
        if (message.Response.Status != 200)
            throw new RequestFailedException(message.Response);
        using var answer = JsonDocument.Parse(message.Response.Content);
        return answer.RootElement.GetProperty("count").GetInt32();
    }
}
