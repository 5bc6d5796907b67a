using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Boxes;

/// <summary>
/// Where a box is in its life; which state may follow which is the app's to say. JSON has the word in lower case (<c>running</c>), and
/// reads any case and the number that earlier builds wrote; table rows have the name (<c>Running</c>).
/// </summary>
[JsonConverter(typeof(WordConverter<BoxState>))]
public enum BoxState
{
    /// <summary>The volume is detached; the box has no instance.</summary>
    Stopped,

    /// <summary>A connect or prewarm operation works on it.</summary>
    Connecting,

    /// <summary>The guest answers SSH on the recorded placement.</summary>
    Running,

    /// <summary>Nobody is connected: the guest is paused in its instance's memory until the hold ends, and a connect wakes it.</summary>
    Held,

    /// <summary>A release operation saves or stops the guest, detaches the volume and frees the instance.</summary>
    Releasing,

    /// <summary>The volume is attached to the recorded instance, but no guest runs: a release did not get through to the detach.</summary>
    Attached,

    /// <summary>
    /// Only of a pre-attached blank box, and its end: it was promised to a user's box, which takes over its volume, its instance and its
    /// guest. The row stays until everything is the user's, so that a giving that was cut short can be completed by anybody.
    /// </summary>
    Given,

    /// <summary>Its end: a delete operation stops the guest, detaches the volume, deletes it, and removes the row.</summary>
    Deleting,
}
