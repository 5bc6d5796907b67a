namespace Shellbox.LocalHost.Http;

/// <summary>What a key does at the management API of the Durable extension.</summary>
internal enum ManagementAccess
{
    /// <summary>It opens it.</summary>
    Open,

    /// <summary>It is no key of this host: 401, with <c>WWW-Authenticate: Bearer</c>.</summary>
    Unknown,

    /// <summary>It is a key of this host, but for functions alone: 403.</summary>
    Forbidden,
}
