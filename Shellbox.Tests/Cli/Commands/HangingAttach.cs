using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.Commands;

/// <summary>Holds the next connect at its attach, so that it is under way for as long as a test needs that.</summary>
internal sealed class HangingAttach(TestCloud cloud) : IDisposable
{
    private readonly int _fault = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });

    /// <summary>Completes when the connect hangs.</summary>
    public Task HangsAsync() => cloud.UntilFaultHitsAsync("the attach hangs");

    /// <summary>Ends the connect as an operator would.</summary>
    public async Task TerminateAsync(string reason)
    {
        // A second connect joins the first and is given the same payload.
        using var joined = await cloud.PostConnectAsync();
        var payload = JsonNode.Parse(await joined.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var uri = ((string)payload["terminatePostUri"]!)
            .Replace("{{text}}", "{text}", StringComparison.Ordinal)
            .Replace("{text}", Uri.EscapeDataString(reason), StringComparison.Ordinal);

        // The URL carries its own key; a function key in a header would go before it, and does not do.
        using var http = new HttpClient();
        using var terminated = await http.PostAsync(uri, null, TestContext.Current.CancellationToken);
        Assert.True(terminated.IsSuccessStatusCode, $"terminate was answered {terminated.StatusCode}");
    }

    public void Dispose() => cloud.Azure.Faults.Remove(_fault);
}
