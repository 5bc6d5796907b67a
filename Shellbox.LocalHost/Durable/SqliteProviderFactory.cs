using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Options;

namespace Shellbox.LocalHost.Durable;

/// <summary>Gives the Durable extension a hub in SQLite when host.json's <c>storageProvider.type</c> is sqlite.</summary>
/// <param name="settings">Where it is, and by which clock.</param>
/// <param name="options">host.json's.</param>
internal sealed class SqliteProviderFactory(SqliteServiceSettings settings, IOptions<DurableTaskOptions> options)
    : IDurabilityProviderFactory,
        IDisposable
{
    public const string ProviderName = "sqlite";

    private readonly Lock _gate = new();
    private SqliteOrchestrationService? _service;
    private SqliteProvider? _provider;

    public string Name => ProviderName;

    public void SetUseSeparateQueueForEntityWorkItems(bool newValue) { }

    public DurabilityProvider GetDurabilityProvider()
    {
        lock (_gate)
        {
            _service ??= new SqliteOrchestrationService(
                settings with
                {
                    MaxOrchestrations = options.Value.MaxConcurrentOrchestratorFunctions ?? settings.MaxOrchestrations,
                    MaxActivities = options.Value.MaxConcurrentActivityFunctions ?? settings.MaxActivities,
                }
            );
            return _provider ??= new SqliteProvider(_service);
        }
    }

    /// <summary>A client of another hub finds that of this host: there is no other.</summary>
    public DurabilityProvider GetDurabilityProvider(DurableClientAttribute attribute) => GetDurabilityProvider();

    public void Dispose() => _service?.Dispose();
}
