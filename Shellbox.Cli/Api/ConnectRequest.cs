namespace Shellbox.Cli.Api;

internal sealed record ConnectRequest(string PublicKey);
