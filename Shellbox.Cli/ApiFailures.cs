using System.Net;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli;

/// <summary>What a command says, and ends with, when the app refuses or does not answer: one sentence that its user can act on.</summary>
internal static class ApiFailures
{
    public static CliException ToCliException(this ShellboxClientException failure) =>
        failure switch
        {
            AppUnreachableException unreachable => new CliException(ExitCode.NotReachable, Sentence(unreachable), failure),
            ApiException refusal => Refused(refusal),
            _ => new CliException(ExitCode.Failed, failure.Message, failure),
        };

    /// <summary>Whether what was asked for is not there, whatever that is.</summary>
    public static bool IsNotFound(this ShellboxClientException failure) => failure is ApiException { Status: HttpStatusCode.NotFound };

    private static string Sentence(AppUnreachableException failure)
    {
        var app = $"The Shellbox app at {Shown(failure.Address)} does not answer";
        return (failure.Waited, failure.Address.IsLoopback) switch
        {
            (null, true) => $"{app}. Start the local cloud with './shellbox up'.",
            (null, false) => $"{app} ({failure.InnerException?.Message.TrimEnd('.')}). Check the address and the network.",
            ({ } waited, true) => $"{app} within {waited.TotalSeconds:0} s. Stop the local cloud and start it again with './shellbox up'.",
            ({ } waited, false) => $"{app} within {waited.TotalSeconds:0} s. Check the app's own log.",
        };
    }

    private static CliException Refused(ApiException refusal) =>
        (refusal.Status, refusal.Problem) switch
        {
            (HttpStatusCode.Unauthorized, _) or (HttpStatusCode.Forbidden, null) => new CliException(
                ExitCode.NotAuthorised,
                refusal.Key is { WasGiven: false }
                    ? $"The Shellbox app at {Shown(refusal.Address)} wants a key. Give it with {HowToGive(refusal.Key)}."
                    : $"The Shellbox app at {Shown(refusal.Address)} refused the key. Give the right one with {HowToGive(refusal.Key)}."
            ),
            (HttpStatusCode.NotFound, { Name: ProblemName.BoxNotFound }) => new CliException(
                ExitCode.NotFound,
                "You have no box of that name; './shellbox boxes' lists yours."
            ),
            (HttpStatusCode.NotFound, null) => new CliException(
                ExitCode.NotFound,
                $"The app at {Shown(refusal.Address)} does not know this request. Is it a Shellbox app of this version?"
            ),
            (HttpStatusCode.NotFound, _) => new CliException(ExitCode.NotFound, refusal.Message),
            (HttpStatusCode.BadRequest, _) => new CliException(ExitCode.Usage, refusal.Message),
            (HttpStatusCode.ServiceUnavailable, { Name: ProblemName.NoBlankVolume }) => new CliException(ExitCode.Failed, refusal.Message),
            (HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout, _) => new CliException(
                ExitCode.NotReachable,
                refusal.Message
            ),
            _ => new CliException(ExitCode.Failed, refusal.Message),
        };

    private static string HowToGive(ApiKeyUse? key) =>
        key is { Kind: ApiKeyKind.Admin } ? "--admin-key or SHELLBOX_ADMIN_KEY" : "--key or SHELLBOX_KEY";

    private static string Shown(Uri address) => address.AbsoluteUri.TrimEnd('/');
}
