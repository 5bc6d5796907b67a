using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Shellbox.Tests.App;

/// <summary>Fails the function <c>FailsEarly</c> before its HTTP request is fetched.</summary>
internal sealed class EarlyFailure : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.FunctionDefinition.Name == nameof(HttpFunctions.FailsEarly) ? throw new InvalidDataException("too early") : next(context);
}
