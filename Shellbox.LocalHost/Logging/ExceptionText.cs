using System.Net.Sockets;
using Azure;
using Microsoft.Azure.WebJobs.Host;

namespace Shellbox.LocalHost.Logging;

/// <summary>What a person is told of an exception.</summary>
/// <param name="Summary">Type and message of what went wrong, and of its causes where they say more.</param>
/// <param name="Stack">Where; null for what goes wrong without a fault of the program.</param>
internal sealed record ExceptionText(string Summary, string? Stack)
{
    // How a failure of the worker is handed to the WebJobs SDK, because the Durable extension reads it so.
    private const string RemoteStart = "Result: Failure\nException: ";
    private const string RemoteStack = "\nStack: ";

    public static ExceptionText Of(Exception exception)
    {
        // These only say that something was called.
        while (
            exception is FunctionInvocationException or AggregateException { InnerExceptions.Count: 1 }
            && exception.InnerException is { } inner
        )
        {
            exception = inner;
        }

        return Remote(exception.Message) ?? new ExceptionText(Summarize(exception), IsForeseen(exception) ? null : Stacks(exception));
    }

    /// <summary>The worker's exception, whose message and stack came as text.</summary>
    private static ExceptionText? Remote(string message)
    {
        message = message.ReplaceLineEndings("\n");
        if (!message.StartsWith(RemoteStart, StringComparison.Ordinal))
            return null;
        var end = message.IndexOf(RemoteStack, StringComparison.Ordinal);
        var summary = end < 0 ? message[RemoteStart.Length..] : message[RemoteStart.Length..end];
        var stack = end < 0 ? string.Empty : message[(end + RemoteStack.Length)..];
        return new ExceptionText(summary, string.IsNullOrWhiteSpace(stack) ? null : stack);
    }

    private static string Summarize(Exception exception)
    {
        var summary = Describe(exception);
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!summary.Contains(inner.Message, StringComparison.Ordinal))
                summary += " <- " + Describe(inner);
        }

        return summary;
    }

    private static string Describe(Exception exception)
    {
        // The storage clients list the headers of the response below the message.
        var message = exception.Message;
        if (exception is RequestFailedException && message.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end)
            message = message[..end].TrimEnd();
        return $"{exception.GetType().Name}: {message}";
    }

    /// <summary>The network, storage, the disk or a stop: the message tells all.</summary>
    private static bool IsForeseen(Exception exception) =>
        exception switch
        {
            OperationCanceledException
            or TimeoutException
            or IOException
            or SocketException
            or HttpRequestException
            or RequestFailedException
            or UnauthorizedAccessException => true,
            AggregateException all => all.InnerExceptions.All(IsForeseen),
            _ => false,
        };

    private static string? Stacks(Exception exception)
    {
        var stack = exception.StackTrace;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner.StackTrace is { } cause)
                stack = $"{stack}\n--- {inner.GetType().Name}\n{cause}";
        }

        return stack;
    }
}
