namespace Shellbox.LocalCloud;

/// <summary>How one process of the local cloud is run.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="LogName">File name of its log.</param>
/// <param name="CommandLine">Program and arguments.</param>
/// <param name="Environment">Added to the inherited environment; secrets go here and never onto the command line, which all users
/// see.</param>
/// <param name="Grace">How long it may take to end after SIGTERM.</param>
public sealed record ChildCommand(
    string Name,
    string LogName,
    IReadOnlyList<string> CommandLine,
    IReadOnlyDictionary<string, string> Environment,
    TimeSpan Grace
);
