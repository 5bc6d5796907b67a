namespace Shellbox.Cli.Api;

/// <summary>Where the guest's SSH server answers, and the host key it must show.</summary>
internal sealed record Endpoint(string Host, int Port, string User, string? HostKey, string? HostKeyFingerprint);
