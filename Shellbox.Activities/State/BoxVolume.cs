using System.Text.RegularExpressions;

namespace Shellbox.Activities.State;

/// <param name="VolumeId">The managed disk's name.</param>
/// <param name="ResourceId">Its ARM id.</param>
/// <param name="AttachedTo">The instance that it was last attached to; null when detached.</param>
public sealed partial record BoxVolume(string VolumeId, string ResourceId, string? AttachedTo)
{
    /// <summary>Whether it is of the form of a managed disk's name: nothing else may reach a key or an instance.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdPattern();
}
