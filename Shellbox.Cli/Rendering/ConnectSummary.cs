using Shellbox.Contracts;
using Spectre.Console;

namespace Shellbox.Cli.Rendering;

/// <summary>What a connect ended with, for people.</summary>
internal static class ConnectSummary
{
    public static void Write(IAnsiConsole console, ConnectResult result)
    {
        WriteLine(console, result);
        console.WriteLine();
        WriteChart(console, result);
        console.WriteLine();
        console.MarkupLineInterpolated($"endpoint  {result.Endpoint.User}@{result.Endpoint.Host} port {result.Endpoint.Port}");
        console.MarkupLineInterpolated($"host key  {result.Endpoint.HostKeyFingerprint}");
    }

    public static void WriteLine(IAnsiConsole console, ConnectResult result)
    {
        var elapsed = Durations.Format(result.Seconds);
        console.MarkupLineInterpolated(
            $"[green]{result.BoxName} is ready[/]: {result.Tier.Word()}, [bold]{elapsed}[/] from the request to the SSH banner"
        );
    }

    private static void WriteChart(IAnsiConsole console, ConnectResult result) =>
        console.Write(new Page(new StepChart(result.Steps, result.RequestedAt, result.Seconds)));
}
