using System.Collections.Concurrent;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Functions;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middlewares_lie_around_functions_the_first_outermost_and_may_fail_them_but_not_around_orchestrators()
    {
        var calls = new ConcurrentQueue<string>();
        await using var host = await TestHost.StartAsync(
            new TestHostOptions
            {
                Middlewares =
                [
                    next => async context =>
                    {
                        calls.Enqueue("outer " + context.FunctionDefinition.Name);
                        await next(context);
                        calls.Enqueue("outer ends");
                    },
                    next => async context =>
                    {
                        calls.Enqueue("inner");
                        await next(context);
                        if (calls.Count > 3) throw new IOException("enough");
                    },
                ],
            },
            typeof(BasicFunctions));

        var first = await host.RunAsync("OneActivity", "you");
        var second = await host.RunAsync("OneActivity", "you");

        Assert.Equal("hello you", first.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Failed, second.RuntimeStatus);
        Assert.Contains("enough", second.SerializedOutput, StringComparison.Ordinal);
        Assert.Equal(["outer Hello", "inner", "outer ends", "outer Hello", "inner"], calls);
    }
}
