namespace Shellbox.Cli.Api;

/// <summary>A key of the app, if there is one, and how its user gives it.</summary>
internal sealed record ApiKey(string? Value, string HowToGive);
