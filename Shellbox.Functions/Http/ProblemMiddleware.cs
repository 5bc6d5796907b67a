using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker.Middleware;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Http;

/// <summary>
/// Answers what a request is refused for by throwing (a bad name, a bad body, a storage that is away) as a problem. Anything else is a
/// fault of the program: the host answers 500 and logs it.
/// </summary>
internal sealed class ProblemMiddleware(StateTables tables) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (context.GetHttpContext() is not null && ProblemOf(e) is { } problem)
        {
            context.GetInvocationResult().Value = problem;
        }
    }

    private ObjectResult? ProblemOf(Exception e) =>
        e switch
        {
            InvalidNameException => Problems.InvalidName(e.Message),
            BadHttpRequestException => Problems.InvalidRequest(e.Message),
            _ when IsStorageOutage(e) => Problems.StorageUnavailable(tables.Boxes.Uri),
            _ => null,
        };

    /// <summary>Status 0: no answer at all. The SDK wraps the last of its tries, or all of them.</summary>
    private static bool IsStorageOutage(Exception e) =>
        e switch
        {
            RequestFailedException { Status: 0 or 500 or 503 } => true,
            AggregateException all => all.InnerExceptions.All(IsStorageOutage),
            _ => false,
        };
}
