using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.AzureSimulator.Time;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>What happens when, at time scale 1, on a clock that the test moves.</summary>
public sealed class TimeTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_disk_is_in_sight_long_before_its_attach_is_over()
    {
        await using var azure = await StartAsync(
            new FleetDescription { VirtualMachines = [new() { Name = "vm-0001" }], Disks = [new() { Name = "vol" }] }
        );

        var begun = await _time.During(azure.PatchDisksAsync("vm-0001", (0, "vol")));
        _time.Pass(4.9);
        await SettleAsync(azure);
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));

        _time.Pass(10.2);
        await VirtualTime.UntilAsync(() => azure.Simulator.VisibleDisks("vm-0001").Count == 1, "the disk is in sight");
        Assert.Equal(("InProgress", "Unattached"), await StateAsync(azure, begun));

        _time.Pass(180);
        await EndedAsync(azure, begun);
        Assert.Equal(("Succeeded", "Attached"), await StateAsync(azure, begun));
    }

    [Fact]
    public async Task A_detach_takes_longer_and_frees_the_disk_before_its_end()
    {
        await using var azure = await StartAsync(
            new FleetDescription
            {
                VirtualMachines =
                [
                    new()
                    {
                        Name = "vm-0001",
                        DataDisks = new Dictionary<int, string> { [0] = "vol" },
                    },
                ],
                Disks = [new() { Name = "vol" }],
            }
        );

        var begun = await _time.During(azure.PatchDisksAsync("vm-0001"));
        _time.Pass(9.9);
        await SettleAsync(azure);
        Assert.Equal(("InProgress", "Attached"), await StateAsync(azure, begun));
        Assert.Single(azure.Simulator.VisibleDisks("vm-0001"));

        _time.Pass(180);
        await EndedAsync(azure, begun);
        Assert.Equal(("Succeeded", "Unattached"), await StateAsync(azure, begun));
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));
    }

    [Fact]
    public async Task A_tag_is_in_the_tags_resource_at_once_and_in_the_resource_within_three_seconds()
    {
        await using var azure = await StartAsync(new FleetDescription { VirtualMachines = [new() { Name = "vm-0001" }] }, seed: 3);
        var url = azure.VirtualMachine("vm-0001");

        await _time.During(
            azure.SendAsync(
                "PATCH",
                $"{url}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}",
                """{"operation":"Merge","properties":{"tags":{"shellbox:status":"claimed"}}}"""
            )
        );
        var tags = await _time.During(azure.GetAsync($"{url}/providers/Microsoft.Resources/tags/default", TestAzure.ResourcesVersion));
        var early = await _time.During(azure.GetAsync(url, "2024-07-01"));
        _time.Pass(3);
        var late = await _time.During(azure.GetAsync(url, "2024-07-01"));

        Assert.Equal("claimed", (string?)tags["properties"]!["tags"]!["shellbox:status"]);
        Assert.Null(early["tags"]?["shellbox:status"]);
        Assert.Equal("claimed", (string?)late["tags"]!["shellbox:status"]);
    }

    [Fact]
    public async Task Resource_Graph_knows_nothing_for_five_seconds_and_everything_after_two_minutes()
    {
        await using var azure = await StartAsync(
            new FleetDescription { Disks = [.. Enumerable.Range(0, 20).Select(n => new FleetDisk { Name = $"vol-{n}" })] }
        );
        const string Query = "Resources | where tags['n'] == '1' | summarize count()";
        for (var n = 0; n < 20; n++)
        {
            await _time.During(
                azure.SendAsync(
                    "PATCH",
                    $"{azure.Disk($"vol-{n}")}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}",
                    """{"operation":"Replace","properties":{"tags":{"n":"1"}}}"""
                )
            );
        }

        // The last change is of this moment, so it is not seen yet.
        var fresh = await _time.During(azure.QueryAsync("Resources | where name == 'vol-19' and tags['n'] == '1'"));
        Assert.Equal(0, (int)fresh.Body!["count"]!);
        // The twenty changes took 6 to 30 s; each is seen after a lag of its own, so not all of them yet, and not all at once.
        var early = await CountAsync();
        _time.Pass(30);
        var later = await CountAsync();
        _time.Pass(90);
        var last = await CountAsync();

        Assert.InRange(early, 0, 19);
        Assert.InRange(later, early, 20);
        Assert.Equal(20, last);

        async Task<int> CountAsync() => (int)(await _time.During(azure.QueryAsync(Query))).Body!["data"]![0]!["count_"]!;
    }

    [Fact]
    public async Task A_sixteenth_query_within_five_seconds_is_refused_until_they_are_over()
    {
        await using var azure = await StartAsync(new FleetDescription());
        var answers = new List<Answer>();
        for (var n = 0; n < 16; n++)
            answers.Add(await _time.During(azure.QueryAsync("Resources | limit 1")));
        var refused = answers[^1];

        _time.Pass(5);
        var after = await _time.During(azure.QueryAsync("Resources | limit 1"));

        Assert.Equal([.. Enumerable.Repeat(200, 15), 429], answers.Select(a => a.Status));
        Assert.Equal(
            ("14", "00:00:05"),
            (answers[0].Headers["x-ms-user-quota-remaining"], answers[0].Headers["x-ms-user-quota-resets-after"])
        );
        Assert.Equal(
            ("RateLimiting", "0", true),
            (refused.Code, refused.Headers["x-ms-user-quota-remaining"], refused.Headers.ContainsKey("Retry-After"))
        );
        Assert.Equal("RateLimiting", (string?)refused.Body!["error"]!["details"]![0]!["code"]);
        Assert.Equal(200, after.Status);
    }

    [Fact]
    public async Task A_VM_takes_twelve_changes_at_once_and_four_a_minute_after_that()
    {
        await using var azure = await StartAsync(
            new FleetDescription { VirtualMachines = [new() { Name = "vm-0001" }, new() { Name = "vm-0002" }] }
        );
        var answers = new List<Answer>();
        // A write that is refused for what it says counts as well.
        for (var n = 0; n < 13; n++)
            answers.Add(await _time.During(azure.PatchAsync("vm-0001", "nonsense")));
        var other = await _time.During(azure.PatchAsync("vm-0002", "nonsense"));
        var refused = answers[^1];

        _time.Pass(15);
        var next = await _time.During(azure.PatchAsync("vm-0001", "nonsense"));

        Assert.Equal([.. Enumerable.Repeat(400, 12), 429], answers.Select(a => a.Status));
        Assert.Equal(
            ("OperationNotAllowed", "TooManyRequests", "UpdateVM"),
            (
                refused.Code,
                (string?)refused.Body!["error"]!["details"]![0]!["code"],
                (string?)refused.Body["error"]!["details"]![0]!["target"]
            )
        );
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 15);
        Assert.StartsWith(
            "Microsoft.Compute/UpdateVM;11,",
            answers[0].Headers["x-ms-ratelimit-remaining-resource"],
            StringComparison.Ordinal
        );
        Assert.Equal("199", answers[0].Headers["x-ms-ratelimit-remaining-subscription-writes"]);
        Assert.Equal((400, 400), (other.Status, next.Status));
    }

    [Fact]
    public async Task The_operations_of_a_VM_are_polled_forty_five_times_at_once()
    {
        await using var azure = await StartAsync(
            new FleetDescription { VirtualMachines = [new() { Name = "vm-0001" }, new() { Name = "vm-0002" }] }
        );
        var one = await _time.During(azure.PatchAsync("vm-0001", """{"tags":{"a":"b"}}"""));
        var two = await _time.During(azure.PatchAsync("vm-0002", """{"tags":{"a":"b"}}"""));
        var answers = new List<int>();

        while (answers.LastOrDefault() != 429 && answers.Count < 100)
            answers.Add((await _time.During(azure.SendAsync("GET", one.PathOf("Azure-AsyncOperation")))).Status);
        var other = await _time.During(azure.SendAsync("GET", two.PathOf("Azure-AsyncOperation")));

        // A few come back while the polls themselves take their tens of milliseconds.
        Assert.InRange(answers.Count, 46, 55);
        Assert.Equal((429, 200), (answers[^1], other.Status));
    }

    [Fact]
    public async Task Resource_Manager_takes_two_hundred_writes_at_once()
    {
        await using var azure = await StartAsync(new FleetDescription());
        var url = $"{azure.Group}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}";

        // Refused before they cost any time.
        var answers = new List<Answer>();
        for (var n = 0; n < 201; n++)
            answers.Add(await azure.SendAsync("PATCH", url, "nonsense"));

        Assert.Equal([.. Enumerable.Repeat(400, 200), 429], answers.Select(a => a.Status));
        Assert.Equal(("SubscriptionRequestsThrottled", "1"), (answers[^1].Code, answers[^1].Headers["Retry-After"]));
    }

    [Fact]
    public void The_tail_of_VM_writes_is_the_published_one()
    {
        var latency = new LatencyModel(new RandomStreams(1));
        var seconds = Enumerable.Range(0, 20_000).Select(_ => latency.VirtualMachineWrite("vm").TotalSeconds).ToList();

        // Azure/aks-engine#2888: more than 60 s in 5.5 %, more than 120 s in 0.8 %.
        Assert.InRange(seconds.Count(s => s > 60) / 20_000.0, 0.050, 0.060);
        Assert.InRange(seconds.Count(s => s > 120) / 20_000.0, 0.006, 0.010);
        Assert.InRange(seconds.Min(), 30, 31);
        Assert.InRange(seconds.Max(), 120, 180);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(latency.DiskVisible("vol").TotalSeconds, 5, 15));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(latency.DiskGone("vol").TotalSeconds, 10, 120));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(latency.ResourceGraphLag("vol").TotalSeconds, 5, 120));
    }

    [Fact]
    public void The_same_seed_draws_the_same_for_a_resource_whatever_else_is_drawn_in_between()
    {
        var one = new LatencyModel(new RandomStreams(7));
        var two = new LatencyModel(new RandomStreams(7));
        var other = new LatencyModel(new RandomStreams(8));

        var first = Enumerable.Range(0, 20).Select(_ => one.VirtualMachineWrite("vm-1")).ToList();
        var second = Enumerable
            .Range(0, 20)
            .Select(n =>
            {
                two.VirtualMachineWrite($"vm-{n + 2}");
                two.Read("vm-1");
                return two.VirtualMachineWrite("VM-1");
            })
            .ToList();

        Assert.Equal(first, second);
        Assert.NotEqual(first, Enumerable.Range(0, 20).Select(_ => other.VirtualMachineWrite("vm-1")));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        var runs = new List<(string Ids, double Seconds)>();
        foreach (var seed in new[] { 11, 11, 12 })
        {
            var time = new VirtualTime();
            await using var azure = await TestAzure.StartAsync(
                new FleetDescription { VirtualMachines = [new() { Name = "vm-0001" }], Disks = [new() { Name = "vol" }] },
                new AzureSimulatorOptions
                {
                    TimeScale = 1,
                    Throttling = false,
                    Seed = seed,
                    TimeProvider = time.Clock,
                }
            );
            var begun = await time.During(azure.PatchDisksAsync("vm-0001", (0, "vol")));
            var state = await time.UntilAsync(
                1,
                async () => (await time.During(azure.SendAsync("GET", begun.PathOf("Azure-AsyncOperation")))).Body!,
                s => (string?)s["status"] != "InProgress",
                "the operation has ended"
            );
            runs.Add(
                (
                    $"{state["name"]} {begun.Body!["properties"]!["vmId"]}",
                    ((DateTimeOffset)state["endTime"]! - (DateTimeOffset)state["startTime"]!).TotalSeconds
                )
            );
        }

        Assert.Equal(runs[0].Ids, runs[1].Ids);
        Assert.NotEqual(runs[0].Ids, runs[2].Ids);
        // The clock moves in steps of a second and more.
        Assert.Equal(runs[0].Seconds, runs[1].Seconds, tolerance: 3);
        Assert.NotEqual(runs[0].Seconds, runs[2].Seconds, tolerance: 3);
    }

    private async Task<TestAzure> StartAsync(FleetDescription fleet, int seed = 1) =>
        await TestAzure.StartAsync(
            fleet,
            new AzureSimulatorOptions
            {
                TimeScale = 1,
                Seed = seed,
                TimeProvider = _time.Clock,
            }
        );

    /// <summary>A request there and back: what had become due before has been begun.</summary>
    private async Task SettleAsync(TestAzure azure) =>
        await _time.During(azure.SendAsync("GET", $"{azure.Group}?api-version={TestAzure.ResourcesVersion}"));

    private async Task<(string? Operation, string? Disk)> StateAsync(TestAzure azure, Answer begun) =>
        (
            (string?)(await _time.During(azure.SendAsync("GET", begun.PathOf("Azure-AsyncOperation")))).Body!["status"],
            (string?)(await _time.During(azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion)))["properties"]!["diskState"]
        );

    private async Task EndedAsync(TestAzure azure, Answer begun) =>
        await _time.UntilAsync(0.1, () => StateAsync(azure, begun), s => s.Operation != "InProgress", "the operation has ended");
}
