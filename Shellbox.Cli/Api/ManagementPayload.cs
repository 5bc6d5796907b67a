namespace Shellbox.Cli.Api;

/// <summary>The Durable management payload of a 202, as far as this command needs it.</summary>
internal sealed record ManagementPayload(string? Id, Uri? StatusQueryGetUri, string? TerminatePostUri);
