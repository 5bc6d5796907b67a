using System.Text;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>The instances that meet a query, page by page in the order of their ids.</summary>
internal sealed class InstancePages(OrchestrationEngine engine, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
{
    public static string TokenAfter(string id) => Convert.ToBase64String(Encoding.UTF8.GetBytes(id));

    /// <summary>The id that a token names.</summary>
    /// <exception cref="FormatException">It is no token.</exception>
    public static string? IdOf(string? token) => string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetString(Convert.FromBase64String(token));

    public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        var filter = new InstanceFilter(query.CreatedFrom, query.CreatedTo, query.InstanceIdPrefix) { Statuses = [.. query.Statuses ?? []] };
        var size = pageSizeHint ?? query.PageSize;
        var after = IdOf(continuationToken ?? query.ContinuationToken);
        while (true)
        {
            await Task.Yield();
            var rows = engine.List(filter, after, size + 1, query.FetchInputsAndOutputs);
            var more = rows.Count > size;
            if (more)
                rows.RemoveAt(rows.Count - 1);
            after = rows.Count > 0 ? rows[^1].Id : after;
            yield return new Page<OrchestrationMetadata>(
                rows.ConvertAll(r => EngineClient.Describe(r, query.FetchInputsAndOutputs)), more ? TokenAfter(after!) : null);
            if (!more)
                yield break;
        }
    }
}
