using Microsoft.Extensions.Time.Testing;
using Shellbox.Cli;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Operations;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.Rendering;

/// <summary>The progress of an operation in a log.</summary>
public sealed class PlainOperationViewTests
{
    [Fact]
    public async Task Each_change_is_one_line_with_its_time_and_a_long_wait_shows_that_it_is_alive()
    {
        using var output = new StringWriter();
        var time = new FakeTimeProvider();
        var view = new PlainOperationView(CommandEnvironment.CreateConsole(output, redirected: true), time);
        Step[] started = [.. ConnectShape.Cold.Take(4), ConnectShape.Running("start-qemu", 1)];

        await view.ShowAsync(
            "Connecting to dev33",
            TimeSpan.Zero,
            show =>
            {
                See(0, null, null);
                See(1, Progress("start-qemu", "waiting for the disk", started), null);
                See(1, Progress("start-qemu", "waiting for the disk", started), null);
                See(14, Progress("start-qemu", "waiting for the disk", started), null);
                See(1, Progress("start-qemu", "waiting for the disk", started), null);
                See(1, null, "the app does not answer; asking again");
                See(
                    1,
                    Progress("read-banner", "reading the banner", [.. ConnectShape.Cold.Take(9), ConnectShape.Running("read-banner", 9.5)]),
                    null
                );
                See(
                    1,
                    Progress("read-banner", "reading the banner", [.. ConnectShape.Cold.Take(9), ConnectShape.Running("read-banner", 9.5)]),
                    null
                );
                See(1, Progress("read-banner", "reading the banner", ConnectShape.Cold), null);
                return Task.FromResult(0);

                void See(int secondsLater, CustomStatus? progress, string? notice)
                {
                    time.Advance(TimeSpan.FromSeconds(secondsLater));
                    show(progress, notice);
                }
            }
        );

        RenderedText.Is(
            """
            [ 0.00 s] Connecting to dev33
            [ 1.00 s] look up volume: done in 0.02 s
            [ 1.00 s] claim instance: done in 0.30 s
            [ 1.00 s] record tags: done in 0.10 s
            [ 1.00 s] update and attach: done in 0.70 s
            [ 1.00 s] start QEMU
            [ 1.00 s]   waiting for the disk
            [ 16.0 s]   still: waiting for the disk
            [ 18.0 s]   the app does not answer; asking again
            [ 19.0 s] start QEMU: done in 8.50 s
            [ 19.0 s] wait for disk: done in 5.00 s
            [ 19.0 s] mount volume: done in 0.00 s
            [ 19.0 s] boot guest: done in 3.30 s
            [ 19.0 s] read SSH banner: done in 0.10 s
            [ 19.0 s] read SSH banner
            [ 19.0 s]   reading the banner
            [ 21.0 s] read SSH banner: done in 0.50 s
            """,
            output.ToString()
        );
    }

    private static CustomStatus Progress(string step, string detail, IReadOnlyList<Step> steps) =>
        new(step, detail, ConnectShape.Start, Tier.Cold, null, steps);
}
