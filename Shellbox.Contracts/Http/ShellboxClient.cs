using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Shellbox.Contracts.Audit;
using Shellbox.Contracts.Boxes;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Operations;
using Shellbox.Contracts.Pool;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Contracts.Http;

/// <summary>
/// The HTTP API of docs/api.md. Each call throws <see cref="ApiException"/> when the app refuses, <see cref="AppUnreachableException"/>
/// when it does not answer, and <see cref="UnreadableAnswerException"/> when the answer is none that this client knows.
/// </summary>
public sealed class ShellboxClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string? _functionKey;
    private readonly string? _adminKey;
    private readonly TimeProvider _time;

    /// <param name="http">With the app's address as its base address; disposed of with this.</param>
    /// <param name="functionKey">For what users do.</param>
    /// <param name="adminKey">For what operators do.</param>
    /// <param name="time">This machine's clock.</param>
    public ShellboxClient(HttpClient http, string? functionKey = null, string? adminKey = null, TimeProvider? time = null)
    {
        _http = http;
        _functionKey = functionKey;
        _adminKey = adminKey;
        _time = time ?? TimeProvider.System;
        var address = http.BaseAddress ?? throw new ArgumentException("The client needs the app's address.", nameof(http));
        Address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
    }

    public Uri Address { get; }

    public bool HasAdminKey => _adminKey is not null;

    private string Shown => Address.AbsoluteUri.TrimEnd('/');

    /// <summary>Connects a box, or joins the connect under way.</summary>
    /// <param name="box">The box.</param>
    /// <param name="publicKey">The user's SSH public key, as in its <c>.pub</c> file.</param>
    /// <param name="wait">How long the answer may take, 230 s at most: zero is a start at once.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<OperationStart<ConnectResult>> ConnectAsync(
        BoxKey box,
        string publicKey,
        TimeSpan wait,
        CancellationToken cancellationToken
    ) =>
        StartAsync(
            HttpMethod.Post,
            $"{PathOf(box)}/connect{Waiting(wait)}",
            Json(new ConnectRequest(publicKey), ApiJson.Default.ConnectRequest),
            ApiKeyKind.Function,
            ApiJson.Default.ConnectResult,
            cancellationToken
        );

    /// <summary>Ends a session, or all of them.</summary>
    /// <param name="box">The box.</param>
    /// <param name="sessionId">The session to end, or null for all of them.</param>
    /// <param name="hold">How long the guest stays paused in memory after the last one; null: as the app is set up.</param>
    /// <param name="wait">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<OperationStart<DisconnectResult>> DisconnectAsync(
        BoxKey box,
        string? sessionId,
        TimeSpan? hold,
        TimeSpan wait,
        CancellationToken cancellationToken
    ) =>
        StartAsync(
            HttpMethod.Post,
            $"{PathOf(box)}/disconnect{Waiting(wait)}",
            Json(new DisconnectRequest(sessionId, hold?.TotalSeconds), ApiJson.Default.DisconnectRequest),
            ApiKeyKind.Function,
            ApiJson.Default.DisconnectResult,
            cancellationToken
        );

    /// <summary>Makes a box, or finds the one that is there.</summary>
    /// <param name="box">The box.</param>
    /// <param name="volumeId">The blank volume that it is to have; null: any.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Whether it is new, and the box.</returns>
    public async Task<(bool Created, ApiDocument<Box> Box)> CreateBoxAsync(
        BoxKey box,
        string? volumeId,
        CancellationToken cancellationToken
    )
    {
        var content = Json(new CreateRequest(volumeId), ApiJson.Default.CreateRequest);
        using var response = await SendAsync(HttpMethod.Put, PathOf(box), content, ApiKeyKind.Function, cancellationToken);
        var document = await ReadAsync(response, ApiJson.Default.Box, cancellationToken);
        return (response.StatusCode == HttpStatusCode.Created, document);
    }

    /// <summary>Deletes a box and everything on its volume, for good.</summary>
    public Task<OperationStart<DeleteResult>> DeleteBoxAsync(BoxKey box, TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync(
            HttpMethod.Delete,
            PathOf(box) + Waiting(wait),
            null,
            ApiKeyKind.Function,
            ApiJson.Default.DeleteResult,
            cancellationToken
        );

    /// <summary>Says that a session is alive.</summary>
    /// <exception cref="ApiException">Among others with <see cref="HttpStatusCode.NotFound"/>: the session is over.</exception>
    public async Task HeartbeatAsync(BoxKey box, string sessionId, CancellationToken cancellationToken)
    {
        var content = Json(new HeartbeatRequest(sessionId), ApiJson.Default.HeartbeatRequest);
        using var response = await SendAsync(HttpMethod.Post, $"{PathOf(box)}/heartbeat", content, ApiKeyKind.Function, cancellationToken);
    }

    public Task<ApiDocument<BoxList>> ListBoxesAsync(string userId, CancellationToken cancellationToken) =>
        GetAsync($"api/users/{userId}/boxes", ApiKeyKind.Function, ApiJson.Default.BoxList, cancellationToken);

    public Task<ApiDocument<Box>> GetBoxAsync(BoxKey box, CancellationToken cancellationToken) =>
        GetAsync(PathOf(box), ApiKeyKind.Function, ApiJson.Default.Box, cancellationToken);

    /// <summary>A page of the audit log of a box, or without one of a day, which needs the admin key.</summary>
    public Task<ApiDocument<BoxEventList>> FindEventsAsync(BoxKey? box, EventFilter filter, CancellationToken cancellationToken)
    {
        var limit = filter.Limit?.ToString(CultureInfo.InvariantCulture);
        var query = string.Join(
            '&',
            new[] { ("limit", limit), ("day", filter.Day), ("instance", filter.Instance), ("kind", filter.Kind), ("after", filter.After) }
                .Where(p => p.Item2 is not null)
                .Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}")
        );
        return GetAsync(
            $"{(box is { } key ? PathOf(key) : "api")}/events?{query}",
            box is null ? ApiKeyKind.Admin : ApiKeyKind.Function,
            ApiJson.Default.BoxEventList,
            cancellationToken
        );
    }

    public Task<ApiDocument<PoolReport>> GetPoolAsync(CancellationToken cancellationToken) =>
        GetAsync("api/pool", ApiKeyKind.Function, ApiJson.Default.PoolReport, cancellationToken);

    public Task<ApiDocument<PoolCost>> GetPoolCostAsync(int days, CancellationToken cancellationToken) =>
        GetAsync($"api/pool/cost?days={days}", ApiKeyKind.Function, ApiJson.Default.PoolCost, cancellationToken);

    /// <summary>Lets the pool look at itself now. Needs the admin key, as all below.</summary>
    public Task<OperationStart<PoolRunReport>> RunPoolAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync(HttpMethod.Post, $"api/pool{Waiting(wait)}", null, ApiKeyKind.Admin, ApiJson.Default.PoolRunReport, cancellationToken);

    /// <summary>Stops the pool, or lets it go on.</summary>
    public async Task<ApiDocument<PoolPauseState>> PausePoolAsync(bool paused, string? reason, CancellationToken cancellationToken)
    {
        var content = Json(new PauseRequest(paused, reason), ApiJson.Default.PauseRequest);
        using var response = await SendAsync(HttpMethod.Put, "api/pool/paused", content, ApiKeyKind.Admin, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.PoolPauseState, cancellationToken);
    }

    /// <summary>Registers what exists in the resource group.</summary>
    public Task<OperationStart<FleetAdoption>> AdoptFleetAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync(
            HttpMethod.Post,
            $"api/fleet/adopt{Waiting(wait)}",
            null,
            ApiKeyKind.Admin,
            ApiJson.Default.FleetAdoption,
            cancellationToken
        );

    /// <summary>Rebuilds the tables from what exists in the resource group.</summary>
    public Task<OperationStart<FleetAdoption>> RecoverFleetAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync(
            HttpMethod.Post,
            $"api/fleet/recover{Waiting(wait)}",
            null,
            ApiKeyKind.Admin,
            ApiJson.Default.FleetAdoption,
            cancellationToken
        );

    /// <summary>Compares the tables with Azure, and repairs unless it is a dry run.</summary>
    public Task<OperationStart<ReconciliationReport>> ReconcileAsync(bool dryRun, TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync(
            HttpMethod.Post,
            $"api/reconciliation{Waiting(wait)}&dryRun={(dryRun ? "true" : "false")}",
            null,
            ApiKeyKind.Admin,
            ApiJson.Default.ReconciliationReport,
            cancellationToken
        );

    /// <summary>The last report of the reconciliation, or null when there is none yet.</summary>
    public async Task<ApiDocument<ReconciliationReport>?> GetReconciliationAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Get, "api/reconciliation", null, ApiKeyKind.Admin, cancellationToken);

            // 204 before the first has ended.
            return response.StatusCode == HttpStatusCode.NoContent
                ? null
                : await ReadAsync(response, ApiJson.Default.ReconciliationReport, cancellationToken);
        }
        catch (ApiException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Where an operation stands.</summary>
    /// <param name="statusUri">Its status URL, which carries its own key.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="OperationFailedException">The app no longer knows it.</exception>
    public async Task<OperationStatus> GetStatusAsync(Uri statusUri, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Get, statusUri, null, null, cancellationToken);
            var document = await ReadElementAsync(response, cancellationToken);
            return new ApiDocument<OperationStatus>(document, ApiJson.Default.OperationStatus, Address).Read();
        }
        catch (ApiException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            throw new OperationFailedException(Address, "The app no longer knows this operation: its history was purged.", refusal);
        }
    }

    public void Dispose() => _http.Dispose();

    internal static UnreadableAnswerException Unreadable(Uri address, Exception? inner) =>
        new(
            address,
            $"The answer of the app at {address.AbsoluteUri.TrimEnd('/')} cannot be read. Is it a Shellbox app of this version?",
            inner
        );

    private static string PathOf(BoxKey box) => $"api/users/{box.UserId}/boxes/{box.BoxName}";

    private static string Waiting(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"?wait={wait.TotalSeconds:0.###}");

    // Of known length: JsonContent would send it in chunks, which not every proxy takes.
    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<ApiDocument<T>> GetAsync<T>(string path, ApiKeyKind key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, key, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<OperationStart<T>> StartAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? content,
        ApiKeyKind key,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        using var response = await SendAsync(method, path, content, key, cancellationToken);
        var (status, headers) = (response.StatusCode, response.Headers);
        var payload = status is HttpStatusCode.Accepted ? await ReadPayloadAsync(response, cancellationToken) : null;
        return new OperationStart<T>(type)
        {
            Result = status is HttpStatusCode.Accepted or HttpStatusCode.NoContent
                ? null
                : await ReadAsync(response, type, cancellationToken),
            StatusUri = payload?.StatusQueryGetUri,
            OperationId = payload?.Id,
            SessionId = headers.TryGetValues(ApiHeaders.SessionId, out var ids) ? ids.FirstOrDefault() : null,
            SessionExpiry =
                headers.TryGetValues(ApiHeaders.SessionExpiry, out var seconds)
                && double.TryParse(seconds.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var expiry)
                    ? TimeSpan.FromSeconds(expiry)
                    : null,
            ClockOffset = ClockOffset(headers.Date),
        };
    }

    /// <summary>What a 202 says, with a status URL that is whole.</summary>
    private async Task<ManagementPayload> ReadPayloadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var payload = (await ReadAsync(response, ApiJson.Default.ManagementPayload, cancellationToken)).Read();
        var status =
            payload.StatusQueryGetUri
            ?? response.Headers.Location
            ?? throw new UnreadableAnswerException(Address, $"The app at {Shown} answered 202 without a status URL.");
        return payload with { StatusQueryGetUri = new Uri(Address, status) };
    }

    // The Date header has whole seconds: a difference within its resolution says nothing.
    private TimeSpan ClockOffset(DateTimeOffset? date)
    {
        if (date is not { } appTime)
            return TimeSpan.Zero;
        var offset = appTime.AddSeconds(0.5) - _time.GetUtcNow();
        return offset.Duration() < TimeSpan.FromSeconds(1.5) ? TimeSpan.Zero : offset;
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        ApiKeyKind? key,
        CancellationToken cancellationToken
    ) => SendAsync(method, new Uri(Address, path), content, key, cancellationToken);

    /// <summary>Sends a request; its answer is one of success.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri uri,
        HttpContent? content,
        ApiKeyKind? key,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        var value = key switch
        {
            ApiKeyKind.Function => _functionKey,
            ApiKeyKind.Admin => _adminKey,
            _ => null,
        };
        if (value is not null)
            request.Headers.Add(ApiHeaders.Key, value);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new AppUnreachableException(Address, $"The app at {Shown} does not answer: {failure.Message.TrimEnd('.')}.", failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppUnreachableException(
                Address,
                string.Create(CultureInfo.InvariantCulture, $"The app at {Shown} does not answer within {_http.Timeout.TotalSeconds:0} s."),
                failure
            )
            {
                Waited = _http.Timeout,
            };
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var problem = await ReadProblemAsync(response, cancellationToken);
            throw new ApiException(Address, response.StatusCode, problem, key is { } kind ? new ApiKeyUse(kind, value is not null) : null);
        }
    }

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not (Problem.MediaType or "application/json"))
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ApiDocument<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => new(await ReadElementAsync(response, cancellationToken), type, Address);

    private async Task<JsonElement> ReadElementAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(cancellationToken),
                cancellationToken: cancellationToken
            );
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw Unreadable(Address, failure);
        }
    }
}
