using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shellbox.Tests.App.Durable;

/// <summary>What the app's own client sees: each answers with a value, or with what was thrown.</summary>
public static class ClientFunctions
{
    [Function(nameof(ClientStarts))]
    public static Task<IResult> ClientStarts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/{id}/start/{name}")] HttpRequest request,
        string id,
        string name,
        [DurableClient] DurableTaskClient client
    ) =>
        AnswerAsync(async () =>
            await client.ScheduleNewOrchestrationInstanceAsync(name, await BodyAsync(request), new StartOrchestrationOptions(id))
        );

    [Function(nameof(ClientRaises))]
    public static Task<IResult> ClientRaises(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/{id}/raise/{name}")] HttpRequest request,
        string id,
        string name,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(async () => await client.RaiseEventAsync(id, name, await BodyAsync(request)));

    /// <summary>An order that is refused where the instance is not in the state for it.</summary>
    [Function(nameof(ClientOrders))]
    public static Task<IResult> ClientOrders(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/{id}/order/{order}")] HttpRequest request,
        string id,
        string order,
        [DurableClient] DurableTaskClient client
    ) =>
        AnswerAsync(async () =>
        {
            var body = await BodyAsync(request);
            await (
                order switch
                {
                    "terminate" => client.TerminateInstanceAsync(id, body),
                    "suspend" => client.SuspendInstanceAsync(id, "by the client"),
                    "resume" => client.ResumeInstanceAsync(id, "by the client"),
                    _ => throw new ArgumentOutOfRangeException(nameof(order), order, "terminate, suspend or resume"),
                }
            );
        });

    [Function(nameof(ClientPurges))]
    public static Task<IResult> ClientPurges(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/{id}/purge")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(async () => (await client.PurgeInstanceAsync(id)).PurgedInstanceCount);

    /// <summary>All in the given states that were created from then on.</summary>
    [Function(nameof(ClientPurgesAll))]
    public static Task<IResult> ClientPurgesAll(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/purge")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) =>
        AnswerAsync(async () =>
        {
            var filter = new PurgeInstancesFilter(
                DateTimeOffset.Parse(request.Query["from"]!, CultureInfo.InvariantCulture),
                null,
                Statuses(request)
            );
            return (await client.PurgeAllInstancesAsync(filter)).PurgedInstanceCount;
        });

    [Function(nameof(ClientGets))]
    public static Task<IResult> ClientGets(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "client/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(async () => Seen.Of(await client.GetInstanceAsync(id, request.Query.ContainsKey("full"))));

    /// <summary>Pages of the instances whose id begins so, in those states.</summary>
    [Function(nameof(ClientLists))]
    public static Task<IResult> ClientLists(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "client")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) =>
        AnswerAsync(async () =>
        {
            var pages = new List<List<string>>();
            var query = new OrchestrationQuery(
                Statuses: Statuses(request),
                InstanceIdPrefix: request.Query["prefix"],
                PageSize: int.Parse(request.Query["size"]!, CultureInfo.InvariantCulture)
            );
            await foreach (var page in client.GetAllInstancesAsync(query).AsPages())
                pages.Add([.. page.Values.Select(i => i.InstanceId)]);
            return pages;
        });

    /// <summary>Waits until it has ended, or has begun; gives up when the test opens the gate of its id.</summary>
    [Function(nameof(ClientWaits))]
    public static Task<IResult> ClientWaits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "client/{id}/wait/{what}")] HttpRequest request,
        string id,
        string what,
        [DurableClient] DurableTaskClient client
    ) =>
        AnswerAsync(async () =>
        {
            using var giveUp = new CancellationTokenSource();
            var waiting =
                what == "end"
                    ? client.WaitForInstanceCompletionAsync(id, true, giveUp.Token)
                    : client.WaitForInstanceStartAsync(id, true, giveUp.Token);
            var gate = Record.WaitAsync("give-up-" + id, giveUp.Token);
            if (await Task.WhenAny(waiting, gate) == gate)
            {
                await giveUp.CancelAsync();
            }

            var seen = Seen.Of(await waiting);
            await giveUp.CancelAsync();
            return seen;
        });

    private static IEnumerable<OrchestrationRuntimeStatus> Statuses(HttpRequest request) =>
        [.. request.Query["status"].Select(s => Enum.Parse<OrchestrationRuntimeStatus>(s!))];

    private static async Task<object?> BodyAsync(HttpRequest request) =>
        request.ContentLength > 0 ? await request.ReadFromJsonAsync<JsonElement>() : null;

    private static Task<IResult> AnswerAsync(Func<Task> act) =>
        AnswerAsync(async () =>
        {
            await act();
            return "done";
        });

    private static async Task<IResult> AnswerAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return Results.Json(new { value = await act() });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Results.Json(
                new
                {
                    thrown = e.GetType().FullName,
                    message = e.Message,
                    isInvalidOperation = e is InvalidOperationException,
                }
            );
        }
    }

    private sealed record Seen
    {
        public required string Name { get; init; }

        public required string Status { get; init; }

        public required string? Input { get; init; }

        public required string? Output { get; init; }

        public required string? CustomStatus { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public static Seen? Of(OrchestrationMetadata? metadata) =>
            metadata is null
                ? null
                : new Seen
                {
                    Name = metadata.Name,
                    Status = metadata.RuntimeStatus.ToString(),
                    Input = metadata.SerializedInput,
                    Output = metadata.SerializedOutput,
                    CustomStatus = metadata.SerializedCustomStatus,
                    CreatedAt = metadata.CreatedAt,
                };
    }
}
