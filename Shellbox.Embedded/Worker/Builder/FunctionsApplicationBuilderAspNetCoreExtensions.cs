namespace Shellbox.Embedded.Worker.Builder;

/// <summary>The ASP.NET Core integration.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Lets HTTP functions take ASP.NET Core's <c>HttpRequest</c> and return its <c>IActionResult</c>. Here they always can.</summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) =>
        builder ?? throw new ArgumentNullException(nameof(builder));
}
