using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Contracts.Http;

namespace Shellbox.Functions.Http;

/// <summary>The errors of the API as RFC 9457 problem documents (docs/api.md).</summary>
internal static class Problems
{
    public static ObjectResult InvalidName(string detail) => Create(400, ProblemName.InvalidName, "The name is not valid.", detail);

    public static ObjectResult InvalidRequest(string detail) =>
        Create(400, ProblemName.InvalidRequest, "The request cannot be read.", detail);

    public static ObjectResult PublicKeyMismatch() =>
        Create(
            400,
            ProblemName.PublicKeyMismatch,
            "The public key is not this user's.",
            "The user id is the first half of the SHA-256 of the user's public key; it is not that of publicKey."
        );

    public static ObjectResult BoxNotFound(string boxName) =>
        Create(404, ProblemName.BoxNotFound, "There is no such box.", $"The user has no box named '{boxName}'.");

    public static ObjectResult SessionNotFound(string boxName) =>
        Create(
            404,
            ProblemName.SessionNotFound,
            "There is no such session.",
            $"The box '{boxName}' has no session of that id: it was ended, or has expired. Connect again."
        );

    public static ObjectResult VolumeNotFound(string volumeId) =>
        Create(404, ProblemName.VolumeNotFound, "There is no such volume.", $"There is no blank volume '{volumeId}'.");

    public static ObjectResult OtherVolume(string boxName, string volumeId) =>
        Create(409, ProblemName.OtherVolume, "The box has another volume.", $"The box '{boxName}' exists with the volume {volumeId}.");

    public static ObjectResult BoxIsBeingDeleted(string boxName) =>
        Create(
            409,
            ProblemName.BoxIsBeingDeleted,
            "The box is being deleted.",
            $"The box '{boxName}' is being deleted. When that is through, its name is free again."
        );

    public static ObjectResult VolumeAttachedElsewhere(string detail) =>
        Create(409, ProblemName.VolumeAttachedElsewhere, "The box's volume is attached to another machine.", detail);

    public static ObjectResult BoxQuota(int most) =>
        Create(
            403,
            ProblemName.BoxQuota,
            "You have too many boxes.",
            $"You have {most} boxes, as many as one may have. Delete one to create another."
        );

    public static ObjectResult RunningBoxQuota(HttpRequest request, int most, IReadOnlyList<string> running)
    {
        RetryLater(request);
        return Create(
            429,
            ProblemName.RunningBoxQuota,
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
            ProblemName.NoBlankVolume,
            "There is no volume for a new box.",
            "The pool has no blank volume left at the moment. Try again in a little while."
        );
    }

    public static ObjectResult OperationFailed(string name, string detail) => Create(500, name, "The operation failed.", detail);

    /// <param name="storage">An address in the storage that does not answer.</param>
    public static ObjectResult StorageUnavailable(Uri storage) =>
        Create(
            503,
            ProblemName.StorageUnavailable,
            "The storage does not answer.",
            $"Table Storage at {storage.GetLeftPart(UriPartial.Authority)} does not answer; start it, or correct "
                + $"the setting AzureWebJobsStorage."
        );

    /// <summary>What has to happen first takes a while: a release, or the copy of a disk.</summary>
    private static void RetryLater(HttpRequest request) => request.HttpContext.Response.Headers.RetryAfter = "30";

    private static ObjectResult Create(int status, string name, string title, string detail) =>
        new(Problem.Of(name, status, title, detail)) { StatusCode = status, ContentTypes = { Problem.MediaType } };
}
