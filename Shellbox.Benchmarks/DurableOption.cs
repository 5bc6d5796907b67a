using System.CommandLine;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>The option of the benchmarks that run on either Durable provider.</summary>
internal static class DurableOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--durable")
        {
            HelpName = string.Join('|', DurableStorageNames.OnCommandLine.Keys),
            Description = "Where orchestrations are kept.",
            DefaultValueFactory = _ => DurableStorageNames.OnCommandLine.GetAt(0).Key,
        };
        option.AcceptOnlyFromAmong([.. DurableStorageNames.OnCommandLine.Keys]);
        return option;
    }

    public static DurableStorage Read(ParseResult arguments, Option<string> option) =>
        DurableStorageNames.OnCommandLine[arguments.GetValue(option)!];
}
