using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Runs a function for an HTTP request.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Any method, level <see cref="AuthorizationLevel.Function"/>.</summary>
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function)
    {
    }

    /// <summary>The given methods, level <see cref="AuthorizationLevel.Function"/>.</summary>
    /// <param name="methods">HTTP methods in any letter case; none: all.</param>
    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    /// <summary>Any method.</summary>
    /// <param name="authLevel">The key that a request must carry.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel)
        : this(authLevel, [])
    {
    }

    /// <summary>The given methods.</summary>
    /// <param name="authLevel">The key that a request must carry.</param>
    /// <param name="methods">HTTP methods in any letter case; none: all.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route below the prefix of host.json; null: the function's name.</summary>
    public string? Route { get; set; }

    /// <summary>The HTTP methods; none: all.</summary>
    public string[] Methods { get; }

    /// <summary>The key that a request must carry.</summary>
    public AuthorizationLevel AuthLevel { get; }
}
