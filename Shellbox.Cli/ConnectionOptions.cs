namespace Shellbox.Cli;

/// <summary>The options as given on the command line; null where the user gave none.</summary>
internal sealed record ConnectionOptions(string? Url, string? Key, string? AdminKey, string? Identity, string? State);
