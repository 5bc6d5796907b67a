namespace Shellbox.Embedded.Worker.Http;

/// <summary>
/// The request type of the official API for apps without the ASP.NET Core integration. Here it only completes a signature: HTTP functions
/// take an <see cref="Microsoft.AspNetCore.Http.HttpRequest"/>.
/// </summary>
public abstract class HttpRequestData
{
    private protected HttpRequestData()
    {
    }
}
