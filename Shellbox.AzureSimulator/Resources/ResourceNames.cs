using Shellbox.AzureSimulator.Arm;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>
/// The names that Azure takes for VMs, disks and network interfaces. They become file names here, so nothing else gets in.
/// </summary>
internal static class ResourceNames
{
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 80
        && char.IsAsciiLetterOrDigit(name[0])
        && (char.IsAsciiLetterOrDigit(name[^1]) || name[^1] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>A resource group may have parentheses too, begin with anything but end without a period.</summary>
    public static bool IsValidGroup(string name) =>
        name.Length is > 0 and <= 90
        && name[^1] != '.'
        && name.Any(c => c != '.')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '(' or ')');

    /// <exception cref="ArmException">400.</exception>
    public static void CheckGroup(string name)
    {
        if (!IsValidGroup(name))
            throw ArmErrors.InvalidParameter(
                "resourceGroupName",
                $"The value '{name}' of parameter 'resourceGroupName' is invalid: a name has letters, digits, '-', '_', '.', "
                    + "'(' and ')', does not end with '.', and is at most 90 long."
            );
    }

    /// <exception cref="ArmException">400.</exception>
    public static void Check(string name, string target)
    {
        if (!IsValid(name))
            throw ArmErrors.InvalidParameter(
                target,
                $"The value '{name}' of parameter '{target}' is invalid: a name has letters, digits, '-', '_' and '.', begins "
                    + "with a letter or digit, and is at most 80 long."
            );
    }
}
