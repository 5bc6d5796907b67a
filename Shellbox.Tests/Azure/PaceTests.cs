using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities.Azure;
using Xunit;

namespace Shellbox.Tests.Azure;

public sealed class PaceTests
{
    [Fact]
    public void A_second_s_worth_may_come_at_once_and_the_rest_is_spaced_out()
    {
        var time = new FakeTimeProvider();
        var pace = new Pace(5, time);

        var turns = Enumerable.Range(0, 12).Select(_ => pace.TakeAsync(TestContext.Current.CancellationToken)).ToList();

        Assert.Equal(5, turns.Count(t => t.IsCompleted));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, turns.Count(t => t.IsCompleted));
        time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.All(turns, t => Assert.True(t.IsCompleted));
    }
}
