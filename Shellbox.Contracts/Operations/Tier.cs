using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Operations;

/// <summary>What stood ready for a connect, the best first.</summary>
[JsonConverter(typeof(WordConverter<Tier>))]
public enum Tier
{
    /// <summary>The guest was in its instance's memory, paused or running.</summary>
    Hot,

    /// <summary>The volume was attached, and the guest went on from the state that was saved on it.</summary>
    Resumable,

    /// <summary>The volume was attached, and the guest booted from its disk.</summary>
    Warm,

    /// <summary>An instance was free: it was claimed and the volume attached; the steps say whether the guest resumed or booted.</summary>
    Cold,

    /// <summary>As <see cref="Cold"/>, after the connect had to have an instance created.</summary>
    EmptyPool,
}
