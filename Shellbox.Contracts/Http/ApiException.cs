using System.Net;

namespace Shellbox.Contracts.Http;

/// <summary>The app answered, and refused.</summary>
public sealed class ApiException : ShellboxClientException
{
    public ApiException() { }

    public ApiException(string message)
        : base(message) { }

    public ApiException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal ApiException(Uri address, HttpStatusCode status, Problem? problem, ApiKeyUse? key)
        : base(
            address,
            problem?.Detail ?? problem?.Title ?? $"The app at {address.AbsoluteUri.TrimEnd('/')} answered {(int)status} and gave no reason."
        ) => (Status, Problem, Key) = (status, problem, key);

    public HttpStatusCode Status { get; }

    /// <summary>What the app said; null when it was no problem document.</summary>
    public Problem? Problem { get; }

    /// <summary>The key that the request takes; null when its URL carries its own.</summary>
    public ApiKeyUse? Key { get; }
}
