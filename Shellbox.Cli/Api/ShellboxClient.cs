using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Shellbox.Cli.Api;

/// <summary>
/// The HTTP API of docs/api.md. Every failure is a <see cref="CliException"/> with one sentence that its user can act on.
/// </summary>
internal sealed class ShellboxClient : IDisposable
{
    private readonly HttpClient http;
    private readonly Uri address;
    private readonly ApiKey functionKey;
    private readonly ApiKey adminKey;
    private readonly TimeProvider time;

    public ShellboxClient(Uri address, string? functionKey, string? adminKey, TimeProvider time)
    {
        this.address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
        this.functionKey = new ApiKey(functionKey, "--key or SHELLBOX_KEY");
        this.adminKey = new ApiKey(adminKey, "--admin-key or SHELLBOX_ADMIN_KEY");
        this.time = time;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(10),
                // A proxy set in the environment knows nothing of this machine's loopback.
                UseProxy = !address.IsLoopback,
                AllowAutoRedirect = false,
            }
        )
        {
            // Beside `wait`, which is 60 s at most here, the app needs seconds: a storage that is away takes it about ten.
            Timeout = TimeSpan.FromSeconds(90),
        };
    }

    public Uri Address => address;

    public bool HasAdminKey => adminKey.Value is not null;

    public Task<OperationStart> ConnectAsync(string userId, string boxName, string publicKey, CancellationToken cancellationToken) =>
        StartAsync(
            $"api/users/{userId}/boxes/{boxName}/connect?wait=0",
            Json(new ConnectRequest(publicKey), ApiJson.Default.ConnectRequest),
            functionKey,
            cancellationToken
        );

    /// <param name="userId">The user.</param>
    /// <param name="boxName">The box.</param>
    /// <param name="sessionId">The session to end, or null for all of them.</param>
    /// <param name="hold">How long the guest stays paused in memory after the last one, in seconds; null: as the app is set up.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<OperationStart> DisconnectAsync(
        string userId,
        string boxName,
        string? sessionId,
        double? hold,
        CancellationToken cancellationToken
    ) =>
        StartAsync(
            $"api/users/{userId}/boxes/{boxName}/disconnect?wait=0",
            Json(new DisconnectRequest(sessionId, hold), ApiJson.Default.DisconnectRequest),
            functionKey,
            cancellationToken
        );

    /// <summary>Makes a box, or finds the one that is there.</summary>
    /// <returns>Whether it is new, and the box.</returns>
    public async Task<(bool Created, JsonElement Box)> CreateBoxAsync(
        string userId,
        string boxName,
        string? volumeId,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, $"api/users/{userId}/boxes/{boxName}"));
        request.Content = Json(new CreateRequest(volumeId), ApiJson.Default.CreateRequest);
        using var response = await SendAsync(request, functionKey, cancellationToken);
        await ThrowUnlessSuccessAsync(response, functionKey, cancellationToken);
        return (response.StatusCode == HttpStatusCode.Created, await ReadElementAsync(response, cancellationToken));
    }

    public Task<OperationStart> DeleteBoxAsync(string userId, string boxName, CancellationToken cancellationToken) =>
        StartAsync($"api/users/{userId}/boxes/{boxName}?wait=0", null, functionKey, cancellationToken, HttpMethod.Delete);

    /// <summary>Says that a session is alive.</summary>
    /// <exception cref="CliException">Among others <see cref="ExitCode.NotFound"/>: the session is over.</exception>
    public async Task HeartbeatAsync(string userId, string boxName, string sessionId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"api/users/{userId}/boxes/{boxName}/heartbeat"));
        request.Content = Json(new HeartbeatRequest(sessionId), ApiJson.Default.HeartbeatRequest);
        using var response = await SendAsync(request, functionKey, cancellationToken);
        await ThrowUnlessSuccessAsync(response, functionKey, cancellationToken);
    }

    /// <summary>Registers what exists in the resource group. Needs the admin key.</summary>
    public Task<OperationStart> AdoptFleetAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        StartAsync($"api/fleet/adopt?wait={(int)wait.TotalSeconds}", null, adminKey, cancellationToken);

    /// <summary>Rebuilds the tables from what exists in the resource group. Needs the admin key.</summary>
    public Task<OperationStart> RecoverFleetAsync(CancellationToken cancellationToken) =>
        StartAsync("api/fleet/recover?wait=0", null, adminKey, cancellationToken);

    /// <summary>A page of the audit log of a box, or of a day, which needs the admin key.</summary>
    public Task<JsonElement> FindEventsAsync(
        string? userId,
        string? boxName,
        string? day,
        string? instance,
        string? kind,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var path = boxName is null ? "api/events" : $"api/users/{userId}/boxes/{boxName}/events";
        var query = string.Concat(
            new[] { ("day", day), ("instance", instance), ("kind", kind), ("after", after) }
                .Where(p => p.Item2 is not null)
                .Select(p => $"&{p.Item1}={Uri.EscapeDataString(p.Item2!)}")
        );
        return GetAsync($"{path}?limit={limit}{query}", boxName is null ? adminKey : functionKey, cancellationToken);
    }

    /// <summary>Compares the tables with Azure, and repairs unless it is a dry run. Needs the admin key.</summary>
    public Task<OperationStart> ReconcileAsync(bool dryRun, CancellationToken cancellationToken) =>
        StartAsync($"api/reconciliation?wait=0&dryRun={(dryRun ? "true" : "false")}", null, adminKey, cancellationToken);

    public async Task<OperationStatus> GetStatusAsync(Uri statusUri, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, statusUri), null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CliException(ExitCode.Failed, "The app no longer knows this operation: its history was purged.");
        }

        await ThrowUnlessSuccessAsync(response, null, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.OperationStatus, cancellationToken);
    }

    public Task<JsonElement> ListBoxesAsync(string userId, CancellationToken cancellationToken) =>
        GetAsync($"api/users/{userId}/boxes", functionKey, cancellationToken);

    public Task<JsonElement> GetBoxAsync(string userId, string boxName, CancellationToken cancellationToken) =>
        GetAsync($"api/users/{userId}/boxes/{boxName}", functionKey, cancellationToken);

    /// <summary>The newest entries of the box's audit log.</summary>
    public async Task<IReadOnlyList<BoxEvent>> ListEventsAsync(string userId, string boxName, CancellationToken cancellationToken) =>
        Deserialize(
            await GetAsync($"api/users/{userId}/boxes/{boxName}/events", functionKey, cancellationToken),
            ApiJson.Default.BoxEventList
        ).Events
        ?? [];

    /// <summary>Reads an answer as what it should be.</summary>
    /// <exception cref="CliException">It is of another form.</exception>
    public T Deserialize<T>(JsonElement document, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return (document.ValueKind == JsonValueKind.Object ? document.Deserialize(type) : null) ?? throw Unreadable(null);
        }
        catch (JsonException failure)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Lets the pool look at itself now.</summary>
    public Task<OperationStart> RunPoolAsync(CancellationToken cancellationToken) =>
        StartAsync("api/pool?wait=0", null, adminKey, cancellationToken);

    public Task<JsonElement> GetPoolAsync(CancellationToken cancellationToken) => GetAsync("api/pool", functionKey, cancellationToken);

    /// <summary>Stops the pool, or lets it go on. Needs the admin key.</summary>
    public async Task<JsonElement> PausePoolAsync(bool paused, string? reason, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, "api/pool/paused"));
        request.Content = Json(new PauseRequest(paused, reason), ApiJson.Default.PauseRequest);
        using var response = await SendAsync(request, adminKey, cancellationToken);
        await ThrowUnlessSuccessAsync(response, adminKey, cancellationToken);
        return await ReadElementAsync(response, cancellationToken);
    }

    public Task<JsonElement> GetPoolCostAsync(int days, CancellationToken cancellationToken) =>
        GetAsync($"api/pool/cost?days={days}", functionKey, cancellationToken);

    /// <summary>The last report of the reconciliation, or null when there is none yet. Needs the admin key.</summary>
    public async Task<JsonElement?> GetReconciliationAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "api/reconciliation"));
            using var response = await SendAsync(request, adminKey, cancellationToken);
            await ThrowUnlessSuccessAsync(response, adminKey, cancellationToken);

            // 204 before the first has ended.
            return response.StatusCode == HttpStatusCode.NoContent ? null : await ReadElementAsync(response, cancellationToken);
        }
        catch (CliException failure) when (failure.ExitCode == ExitCode.NotFound)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<OperationStart> StartAsync(
        string path,
        HttpContent? content,
        ApiKey key,
        CancellationToken cancellationToken,
        HttpMethod? method = null
    )
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri(address, path));
        request.Content = content;
        using var response = await SendAsync(request, key, cancellationToken);
        await ThrowUnlessSuccessAsync(response, key, cancellationToken);

        var sessionId = response.Headers.TryGetValues("Shellbox-Session-Id", out var values) ? values.FirstOrDefault() : null;
        var expiry =
            response.Headers.TryGetValues("Shellbox-Session-Expiry", out var seconds)
            && double.TryParse(seconds.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var given)
                ? TimeSpan.FromSeconds(given)
                : (TimeSpan?)null;
        var offset = ClockOffset(response.Headers.Date);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return new OperationStart(null, null, sessionId, expiry, offset);
        }

        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            return new OperationStart(await ReadElementAsync(response, cancellationToken), null, sessionId, expiry, offset);
        }

        var payload = await ReadAsync(response, ApiJson.Default.ManagementPayload, cancellationToken);
        var statusUri =
            payload.StatusQueryGetUri
            ?? response.Headers.Location
            ?? throw new CliException(ExitCode.Failed, $"The app at {Shown} answered 202 without a status URL.");
        return new OperationStart(null, statusUri.IsAbsoluteUri ? statusUri : new Uri(address, statusUri), sessionId, expiry, offset);
    }

    // Of known length: JsonContent would send it in chunks, which not every proxy takes.
    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // The Date header has whole seconds: a difference within its resolution says nothing.
    private TimeSpan ClockOffset(DateTimeOffset? date)
    {
        if (date is not { } appTime)
        {
            return TimeSpan.Zero;
        }

        var offset = appTime.AddSeconds(0.5) - time.GetUtcNow();
        return offset.Duration() < TimeSpan.FromSeconds(1.5) ? TimeSpan.Zero : offset;
    }

    private async Task<JsonElement> GetAsync(string path, ApiKey key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        using var response = await SendAsync(request, key, cancellationToken);
        await ThrowUnlessSuccessAsync(response, key, cancellationToken);
        return await ReadElementAsync(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ApiKey? key, CancellationToken cancellationToken)
    {
        if (key is { Value: { } value })
        {
            request.Headers.Add("x-functions-key", value);
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new CliException(ExitCode.NotReachable, NotReachable(failure.Message.TrimEnd('.')), failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NotReachable, Silent(), failure);
        }
    }

    private string NotReachable(string reason) =>
        address.IsLoopback
            ? $"The Shellbox app at {Shown} does not answer. Start the local cloud with './shellbox up'."
            : $"The Shellbox app at {Shown} does not answer ({reason}). Check the address and the network.";

    private string Silent() =>
        $"The Shellbox app at {Shown} does not answer within {http.Timeout.TotalSeconds:0} s. "
        + (address.IsLoopback ? "Stop the local cloud and start it again with './shellbox up'." : "Check the app's own log.");

    private async Task ThrowUnlessSuccessAsync(HttpResponseMessage response, ApiKey? key, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var problem = await ReadProblemAsync(response, cancellationToken);
        throw (response.StatusCode, problem) switch
        {
            (HttpStatusCode.Unauthorized, _) or (HttpStatusCode.Forbidden, null) => new CliException(
                ExitCode.NotAuthorised,
                key is { Value: null }
                    ? $"The Shellbox app at {Shown} wants a key. Give it with {key.HowToGive}."
                    : $"The Shellbox app at {Shown} refused the key. Give the right one with {(key ?? functionKey).HowToGive}."
            ),
            (HttpStatusCode.NotFound, { Name: "box-not-found" }) => new CliException(
                ExitCode.NotFound,
                "You have no box of that name; './shellbox boxes' lists yours."
            ),
            (HttpStatusCode.NotFound, null) => new CliException(
                ExitCode.NotFound,
                $"The app at {Shown} does not know this request. Is it a Shellbox app of this version?"
            ),
            (HttpStatusCode.NotFound, _) => new CliException(ExitCode.NotFound, Sentence(problem, response)),
            (HttpStatusCode.BadRequest, _) => new CliException(ExitCode.Usage, Sentence(problem, response)),
            (HttpStatusCode.ServiceUnavailable, { Name: "no-blank-volume" }) => new CliException(
                ExitCode.Failed,
                Sentence(problem, response)
            ),
            (HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout, _) => new CliException(
                ExitCode.NotReachable,
                Sentence(problem, response)
            ),
            _ => new CliException(ExitCode.Failed, Sentence(problem, response)),
        };
    }

    private string Sentence(Problem? problem, HttpResponseMessage response) =>
        problem?.Detail ?? problem?.Title ?? $"The app at {Shown} answered {(int)response.StatusCode} and gave no reason.";

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw Unreadable(null);
        }
        catch (JsonException failure)
        {
            throw Unreadable(failure);
        }
    }

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
            throw Unreadable(failure);
        }
    }

    private CliException Unreadable(Exception? inner) =>
        new(ExitCode.Failed, $"The answer of the app at {Shown} cannot be read. Is it a Shellbox app of this version?", inner);

    private string Shown => address.AbsoluteUri.TrimEnd('/');
}
