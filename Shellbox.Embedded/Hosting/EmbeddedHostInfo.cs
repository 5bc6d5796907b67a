namespace Shellbox.Embedded.Hosting;

/// <summary>What a started host can be reached by. For tests and for whoever starts a host in a process of its own.</summary>
/// <param name="BaseAddress">Where it listens.</param>
/// <param name="MasterKey">Opens everything.</param>
/// <param name="HostKey">Opens every function of level Function.</param>
/// <param name="ManagementKey">Opens the management API of orchestrations.</param>
/// <param name="DatabasePath">The file of the orchestrations.</param>
public sealed record EmbeddedHostInfo(Uri BaseAddress, string MasterKey, string HostKey, string ManagementKey, string DatabasePath);
