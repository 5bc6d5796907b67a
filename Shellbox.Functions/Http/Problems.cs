using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Http;

/// <summary>The errors of the API as RFC 9457 problem documents (docs/api.md).</summary>
internal static class Problems
{
    private const string TypePrefix = "https://shellbox.dev/problems/";

    public static ObjectResult InvalidName(string detail) => Create(400, "invalid-name", "The name is not valid.", detail);

    public static ObjectResult InvalidRequest(string detail) => Create(400, "invalid-request", "The request cannot be read.", detail);

    public static ObjectResult PublicKeyMismatch() =>
        Create(
            400,
            "public-key-mismatch",
            "The public key is not this user's.",
            "The user id is the first half of the SHA-256 of the user's public key; it is not that of publicKey."
        );

    public static ObjectResult BoxNotFound(string boxName) =>
        Create(404, "box-not-found", "There is no such box.", $"The user has no box named '{boxName}'.");

    public static ObjectResult SessionNotFound(string boxName) =>
        Create(
            404,
            "session-not-found",
            "There is no such session.",
            $"The box '{boxName}' has no session of that id: it was ended, or has expired. Connect again."
        );

    public static ObjectResult VolumeNotFound(string volumeId) =>
        Create(404, "volume-not-found", "There is no such volume.", $"There is no blank volume '{volumeId}'.");

    public static ObjectResult OtherVolume(string boxName, string volumeId) =>
        Create(409, "other-volume", "The box has another volume.", $"The box '{boxName}' exists with the volume {volumeId}.");

    public static ObjectResult BoxIsBeingDeleted(string boxName) =>
        Create(
            409,
            "box-is-being-deleted",
            "The box is being deleted.",
            $"The box '{boxName}' is being deleted. When that is through, its name is free again."
        );

    public static ObjectResult VolumeAttachedElsewhere(string detail) =>
        Create(409, "volume-attached-elsewhere", "The box's volume is attached to another machine.", detail);

    public static ObjectResult BoxQuota(int most) =>
        Create(
            403,
            "box-quota",
            "You have too many boxes.",
            $"You have {most} boxes, as many as one may have. Delete one to create another."
        );

    public static ObjectResult RunningBoxQuota(HttpRequest request, int most, IReadOnlyList<string> running)
    {
        RetryLater(request);
        return Create(
            429,
            "running-box-quota",
            "Too many of your boxes run.",
            $"{running.Count} of your boxes run or are held in memory, and at most {most} may: {string.Join(", ", running)}. "
                + "Disconnect one without a hold to connect another."
        );
    }

    public static ObjectResult NoBlankVolume(HttpRequest request)
    {
        RetryLater(request);
        return Create(
            503,
            "no-blank-volume",
            "There is no volume for a new box.",
            "The pool has no blank volume left at the moment. Try again in a little while."
        );
    }

    public static ObjectResult OperationFailed(string name, string detail) => Create(500, name, "The operation failed.", detail);

    /// <summary>
    /// Runs a request and turns what it throws for a bad name, a bad body or an absent storage into a problem. Anything else is a fault of
    /// the program: the host answers 500 and logs it.
    /// </summary>
    public static async Task<IActionResult> GuardAsync(StateTables tables, Func<Task<IActionResult>> request)
    {
        try
        {
            return await request();
        }
        catch (FormatException e)
        {
            return InvalidName(e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return InvalidRequest(e.Message);
        }
        catch (Exception e) when (IsStorageOutage(e))
        {
            return Create(
                503,
                "storage-unavailable",
                "The storage does not answer.",
                $"Table Storage at {tables.Boxes.Uri.GetLeftPart(UriPartial.Authority)} does not answer; start it, or correct "
                    + $"the setting AzureWebJobsStorage."
            );
        }
    }

    /// <summary>Status 0: no answer at all. The SDK wraps the last of its tries, or all of them.</summary>
    private static bool IsStorageOutage(Exception e) =>
        e switch
        {
            RequestFailedException { Status: 0 or 500 or 503 } => true,
            AggregateException all => all.InnerExceptions.All(IsStorageOutage),
            _ => false,
        };

    /// <summary>What has to happen first takes a while: a release, or the copy of a disk.</summary>
    private static void RetryLater(HttpRequest request) => request.HttpContext.Response.Headers.RetryAfter = "30";

    private static ObjectResult Create(int status, string name, string title, string detail) =>
        new(
            new ProblemDetails
            {
                Type = TypePrefix + name,
                Title = title,
                Status = status,
                Detail = detail,
            }
        )
        {
            StatusCode = status,
            ContentTypes = { "application/problem+json" },
        };
}
