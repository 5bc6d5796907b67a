namespace Shellbox.Cli.Api;

/// <summary>One step of a connect or disconnect. <paramref name="Seconds"/> is null while it runs.</summary>
internal sealed record Step(string Name, DateTimeOffset StartedAt, double? Seconds, string Outcome)
{
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
}
