using DurableTask.Core;
using DurableTask.Core.Query;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Shellbox.LocalHost.Durable;

/// <summary>The hub as the Durable extension sees it; what is overridden here, its management API asks for.</summary>
internal sealed class SqliteProvider(SqliteOrchestrationService service)
    : DurabilityProvider(SqliteProviderFactory.ProviderName, service, service, Connection)
{
    /// <summary>What the extension's payloads name as the connection.</summary>
    private const string Connection = "Storage";

    /// <summary>Dates stay texts, as they were written.</summary>
    private static readonly JsonSerializerSettings WithoutDateParsing = new() { DateParseHandling = DateParseHandling.None };

    public override bool SupportsPollFreeWait => true;

    public override bool GuaranteesOrderedDelivery => true;

    /// <summary>A client's event for an instance that has ended is refused, as on Azure Storage.</summary>
    public override bool CheckStatusBeforeRaiseEvent => true;

    /// <summary>There are no entities to have a queue.</summary>
    public override void SetUseSeparateQueueForEntityWorkItems(bool newValue) { }

    public override Task<IList<OrchestrationState>> GetOrchestrationStateWithInputsAsync(string instanceId, bool showInput = true) =>
        Task.FromResult<IList<OrchestrationState>>(service.Find(instanceId, showInput) is { } state ? [state] : []);

    public override Task<OrchestrationStatusQueryResult> GetOrchestrationStateWithPagination(
        OrchestrationStatusQueryCondition condition,
        CancellationToken cancellationToken
    )
    {
        var page = service.Query(
            new OrchestrationQuery
            {
                RuntimeStatus = condition.RuntimeStatus?.Select(s => (OrchestrationStatus)s).ToList(),
                CreatedTimeFrom = condition.CreatedTimeFrom,
                CreatedTimeTo = condition.CreatedTimeTo,
                InstanceIdPrefix = condition.InstanceIdPrefix,
                PageSize = condition.PageSize,
                ContinuationToken = condition.ContinuationToken,
            },
            condition.ShowInput
        );
        return Task.FromResult(
            new OrchestrationStatusQueryResult
            {
                DurableOrchestrationState = page.OrchestrationState.Select(Status).ToList(),
                ContinuationToken = page.ContinuationToken,
            }
        );
    }

    public override async Task<PurgeHistoryResult> PurgeInstanceHistoryByInstanceId(string instanceId) =>
        new((await service.PurgeInstanceStateAsync(instanceId)).DeletedInstanceCount);

    public override async Task<int> PurgeHistoryByFilters(
        DateTime createdTimeFrom,
        DateTime? createdTimeTo,
        IEnumerable<OrchestrationStatus> runtimeStatus
    ) =>
        (
            await service.PurgeInstanceStateAsync(new PurgeInstanceFilter(createdTimeFrom, createdTimeTo, runtimeStatus))
        ).DeletedInstanceCount;

    public override Task RewindAsync(string instanceId, string reason) => service.RewindAsync(instanceId, reason);

    private static DurableOrchestrationStatus Status(OrchestrationState state) =>
        new()
        {
            Name = state.Name,
            InstanceId = state.OrchestrationInstance.InstanceId,
            CreatedTime = state.CreatedTime,
            LastUpdatedTime = state.LastUpdatedTime,
            RuntimeStatus = (OrchestrationRuntimeStatus)state.OrchestrationStatus,
            CustomStatus = Token(state.Status),
            Input = Token(state.Input),
            Output = Token(state.Output),
        };

    /// <summary>The value; a text that is not JSON, such as the reason of a termination, stands for itself.</summary>
    private static JToken Token(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return text is null ? JValue.CreateNull() : "";
        try
        {
            return JsonConvert.DeserializeObject<JToken>(text, WithoutDateParsing) ?? JValue.CreateNull();
        }
        catch (JsonReaderException)
        {
            return text;
        }
    }
}
