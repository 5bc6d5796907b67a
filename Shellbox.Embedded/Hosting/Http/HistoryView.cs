namespace Shellbox.Embedded.Hosting.Http;

/// <summary>What of a history is shown.</summary>
/// <param name="Input">Whether the events that start or end something have a member for its input.</param>
/// <param name="TaskInput">Whether that of activities and children has their input; otherwise it is null, as on the official host by default.</param>
/// <param name="Results">Whether results are shown.</param>
internal readonly record struct HistoryView(bool Input, bool TaskInput, bool Results);
