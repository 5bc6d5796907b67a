using System.Text.Json;
using Shellbox.Contracts.Boxes;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts;

/// <summary>The words of the API for its enums, for texts: the same that <see cref="WordConverter{T}"/> writes.</summary>
public static class Words
{
    public static string Word(this BoxState state) => Of(state);

    public static string Word(this Tier tier) => Of(tier);

    public static string Word(this StepOutcome outcome) => Of(outcome);

    private static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
