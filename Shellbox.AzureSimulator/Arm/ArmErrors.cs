namespace Shellbox.AzureSimulator.Arm;

/// <summary>The errors in Azure's wording. Callers switch on the code; the messages are for people.</summary>
internal static class ArmErrors
{
    public static ArmException Of(int status, string code, string message, string? target = null) =>
        new(new ArmError(status, code, message) { Target = target });

    public static ArmException AuthenticationFailed(string reason, string audience) =>
        new(
            new ArmError(401, "AuthenticationFailed", "Authentication failed. " + reason)
            {
                Headers = new Dictionary<string, string>
                {
                    ["WWW-Authenticate"] =
                        "Bearer authorization_uri=\"https://login.microsoftonline.com/common\", error=\"invalid_token\", "
                        + $"error_description=\"{reason}\", resource=\"{audience}\"",
                },
            }
        );

    public static ArmException SubscriptionNotFound(string subscription) =>
        Of(404, "SubscriptionNotFound", $"The subscription '{subscription}' could not be found.");

    public static ArmException ResourceGroupNotFound(string resourceGroup) =>
        Of(404, "ResourceGroupNotFound", $"Resource group '{resourceGroup}' could not be found.");

    public static ArmException ResourceNotFound(string type, string name, string resourceGroup) =>
        Of(
            404,
            "ResourceNotFound",
            $"The Resource '{type}/{name}' under resource group '{resourceGroup}' was not found. For more details please go to "
                + "https://aka.ms/ARMResourceNotFoundFix"
        );

    /// <summary>A resource that a request refers to is missing, which is not the same as the resource in its URL.</summary>
    public static ArmException ReferenceNotFound(string what, string id, string target) =>
        Of(404, "NotFound", $"{what} {id} is not found.", target);

    public static ArmException InvalidParameter(string target, string message) => Of(400, "InvalidParameter", message, target);

    public static ArmException MissingParameter(string parameter) =>
        Of(400, "InvalidParameter", $"Required parameter '{parameter}' is missing (null).", parameter);

    public static ArmException InvalidRequestContent(string reason) =>
        Of(400, "InvalidRequestContent", $"The request content was invalid and could not be deserialized: '{reason}'.");

    public static ArmException PreconditionFailed(string id) =>
        Of(412, "PreconditionFailed", $"The condition that the If-Match or If-None-Match header sets is not met by resource '{id}'.");

    public static ArmException Conflict() =>
        Of(
            409,
            "Conflict",
            "The request failed due to conflict with a concurrent request. To resolve it, please refer to "
                + "https://aka.ms/activitylog to get more details on the conflicting requests."
        );

    public static ArmException OperationNotAllowed(string message, string? target = null) =>
        Of(409, "OperationNotAllowed", message, target);

    public static ArmException PropertyChangeNotAllowed(string property) =>
        Of(409, "PropertyChangeNotAllowed", $"Changing property '{property}' is not allowed.", property);

    public static ArmException AttachDiskWhileBeingDetached(string disk, string virtualMachine) =>
        Of(
            409,
            "AttachDiskWhileBeingDetached",
            $"Cannot attach data disk '{disk}' to virtual machine '{virtualMachine}' because the disk is currently being "
                + "detached or the last detach operation failed. Please wait until the disk is completely detached and then try "
                + "again or delete/detach the disk explicitly again.",
            "dataDisks"
        );

    public static ArmException DiskOwnedByAnother(string disk, string owner) =>
        Of(409, "ConflictingUserInput", $"Disk '{disk}' cannot be attached as the disk is already owned by VM '{owner}'.", "dataDisk");

    public static ArmException TooManyDataDisks(int maximum) =>
        OperationNotAllowed($"The maximum number of data disks allowed to be attached to a VM of this size is {maximum}.", "dataDisks");
}
