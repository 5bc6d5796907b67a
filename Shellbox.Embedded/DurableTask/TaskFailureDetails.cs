namespace Shellbox.Embedded.DurableTask;

/// <summary>Why a task failed, as far as it can be stored.</summary>
/// <param name="ErrorType">The exception's full type name as reflection has it (<c>App.Outer+Nested</c>).</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="StackTrace">Its stack trace, if it is known.</param>
/// <param name="InnerFailure">What caused it.</param>
/// <param name="Properties">Further data.</param>
public record TaskFailureDetails(
    string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure, IDictionary<string, object?>? Properties)
{
    /// <summary>Describes an exception and those that caused it.</summary>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var inner = exception is TaskFailedException failed
            ? failed.FailureDetails
            : exception.InnerException is { } cause ? FromException(cause) : null;
        return new TaskFailureDetails(
            ErrorTypes.NameOf(exception.GetType()), exception.Message, exception.StackTrace, inner, null);
    }

    /// <summary>Whether this failure (its causes aside) is an exception of the type or one derived from it.</summary>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <summary>Whether this failure (its causes aside) is an exception of the type or one derived from it.</summary>
    /// <param name="targetBaseExceptionType">An exception type.</param>
    /// <exception cref="ArgumentException">It is no exception type.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
            throw new ArgumentException($"{targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        if (string.Equals(ErrorTypes.NameOf(targetBaseExceptionType), ErrorType, StringComparison.Ordinal))
            return true;
        return ErrorTypes.Find(ErrorType, targetBaseExceptionType) is { } type && targetBaseExceptionType.IsAssignableFrom(type);
    }

    /// <inheritdoc />
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
