namespace Shellbox.Contracts.Boxes;

/// <summary>The body of a connect.</summary>
/// <param name="PublicKey">The user's SSH public key, as in its <c>.pub</c> file.</param>
public sealed record ConnectRequest(string? PublicKey);
