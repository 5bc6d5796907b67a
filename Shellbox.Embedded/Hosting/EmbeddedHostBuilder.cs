using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Shellbox.Embedded.Hosting;

/// <summary>Puts the host together.</summary>
internal static class EmbeddedHostBuilder
{
    public static WebApplicationBuilder Create(string[] args) => WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });

    public static IHost Build(WebApplicationBuilder builder) => builder.Build();
}
