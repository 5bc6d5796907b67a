using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.DurableTask.Client;

namespace Shellbox.Tests.Fixtures;

/// <summary>Keeps the client that the first function with one gets: where the extension listens is told to functions alone.</summary>
internal sealed class DurableClientCapture
{
    public DurableTaskClient? Client { get; private set; }

    public FunctionExecutionDelegate Around(FunctionExecutionDelegate next) =>
        async context =>
        {
            if (Client is null && context.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "durableClient"))
            {
                // The function is then given what is bound here.
                var input = await context.Features.Get<IFunctionInputBindingFeature>()!.BindFunctionInputAsync(context);
                Client = input.Values.OfType<DurableTaskClient>().First();
            }

            await next(context);
        };
}
