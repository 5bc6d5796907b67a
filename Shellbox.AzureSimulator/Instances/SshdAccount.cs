namespace Shellbox.AzureSimulator.Instances;

/// <summary>Who may log in to an instance.</summary>
/// <param name="UserName">An account of this machine.</param>
/// <param name="PublicKeys">Its keys.</param>
internal sealed record SshdAccount(string UserName, IReadOnlyList<string> PublicKeys);
