using Microsoft.Extensions.Configuration;

namespace Shellbox.Tests.Fixtures;

/// <summary>The settings of a host that a test gives by hand.</summary>
internal static class HostSettings
{
    public static IConfiguration Of(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build();
}
