namespace Shellbox.Tests.Embedded;

/// <summary>A type as <see cref="OfficialApi"/> would list it.</summary>
/// <param name="Name">Its official full name.</param>
/// <param name="Kind">For instance <c>sealed class</c>.</param>
/// <param name="BaseClass">The official name of its base class, unless every type of its kind has it.</param>
/// <param name="Interfaces">The official names of its own interfaces, those of System aside.</param>
/// <param name="Members">The ids and texts of the members that an app can see.</param>
internal sealed record ApiType(
    string Name, string Kind, string? BaseClass, IReadOnlyList<string> Interfaces, IReadOnlyList<(string Id, string Text)> Members);
