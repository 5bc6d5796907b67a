using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Shellbox.LocalHost.Logging;

/// <summary>What is logged, and how a person gets to read it.</summary>
internal static class HostLogging
{
    /// <summary>
    /// The least level of what would bury the rest: a start prints hundreds of lines of the storage clients and of Durable's storage at
    /// Information, and the first one on an empty account a warning for everything that is not there yet.
    /// </summary>
    private static readonly (string Prefix, LogLevel Level)[] Quiet =
    [
        ("Azure.", LogLevel.Error),
        ("DurableTask.AzureStorage", LogLevel.Error),
        ("DurableTask.Core", LogLevel.Error),
        ("Grpc", LogLevel.Error),
        ("Microsoft.AspNetCore", LogLevel.Error),
        ("Yarp", LogLevel.Error),
        // The options of each extension, as JSON of many lines.
        ("Microsoft.Azure.WebJobs.Hosting", LogLevel.Warning),
        // Each run of a function once more, for Application Insights.
        ("Host.Aggregator", LogLevel.None),
        ("Host.Results", LogLevel.None),
    ];

    /// <summary>Writes to the console as <see cref="LineFormatter"/> does.</summary>
    public static ILoggingBuilder AddLines(this ILoggingBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        return builder
            .AddConsoleFormatter<LineFormatter, LineFormatterOptions>()
            .AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
    }

    /// <summary>
    /// Filters by the levels of host.json: the longest prefix of a category decides, <c>default</c> where there is none. What is noise
    /// stays quiet unless host.json names it, or a prefix of it.
    /// </summary>
    /// <param name="builder">Gets the filters.</param>
    /// <param name="levels">Words of <see cref="LogLevel"/> by category.</param>
    /// <exception cref="ArgumentException">A level is none of these words.</exception>
    public static ILoggingBuilder AddHostFilters(this ILoggingBuilder builder, IReadOnlyDictionary<string, string> levels)
    {
        var named = levels.ToDictionary(l => l.Key, l => Enum.Parse<LogLevel>(l.Value, ignoreCase: true), StringComparer.OrdinalIgnoreCase);
        var least = named.Remove("default", out var namedLeast) ? namedLeast : LogLevel.Information;
        builder.SetMinimumLevel(least);
        foreach (var (prefix, level) in Quiet)
        {
            if (!named.Keys.Any(k => prefix.StartsWith(k, StringComparison.OrdinalIgnoreCase)))
                builder.AddFilter(prefix, level > least ? level : least);
        }

        foreach (var (category, level) in named)
            builder.AddFilter(category, level);
        return builder;
    }
}
