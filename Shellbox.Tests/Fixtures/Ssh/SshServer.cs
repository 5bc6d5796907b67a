namespace Shellbox.Tests.Fixtures;

/// <summary>Where to log in, and as whom.</summary>
/// <param name="Host">The address.</param>
/// <param name="Port">The port.</param>
/// <param name="User">The account.</param>
/// <param name="HostKey">The server's key, as in a known-hosts file; null: any is taken.</param>
internal sealed record SshServer(string Host, int Port, string User, string? HostKey);
