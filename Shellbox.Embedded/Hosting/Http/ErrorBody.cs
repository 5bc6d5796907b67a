namespace Shellbox.Embedded.Hosting.Http;

/// <summary>An error of the management API, as the official extension writes it (members as named here).</summary>
internal sealed record ErrorBody(string Message)
{
    public string? ExceptionMessage { get; init; }

    public string? ExceptionType { get; init; }

    public string? StackTrace { get; init; }

    public static ErrorBody Of(string message, string exceptionMessage, Type type) =>
        new(message) { ExceptionMessage = exceptionMessage, ExceptionType = type.FullName, StackTrace = string.Empty };
}
