namespace Shellbox.Contracts.Http;

/// <summary>The headers of the API that are not HTTP's own.</summary>
public static class ApiHeaders
{
    /// <summary>Of a request: the function key or admin key, as every Azure Functions app takes it.</summary>
    public const string Key = "x-functions-key";

    /// <summary>Of a connect's answer: what a disconnect ends and a heartbeat keeps.</summary>
    public const string SessionId = "Shellbox-Session-Id";

    /// <summary>Of a connect's answer: how long a session that sends heartbeats may be silent, in whole seconds.</summary>
    public const string SessionExpiry = "Shellbox-Session-Expiry";
}
