namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// A started process. Its id alone would not do: ids are used again, start times (clock ticks since boot) with the same id are not.
/// </summary>
internal sealed record ProcessRecord(string Name, int Id, string StartTicks);
