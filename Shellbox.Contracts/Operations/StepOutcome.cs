using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Operations;

/// <summary>How a step stands.</summary>
[JsonConverter(typeof(WordConverter<StepOutcome>))]
public enum StepOutcome
{
    Running,
    Done,
    Failed,
}
