using System.CommandLine;
using Shellbox.Cli.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>The option of the benchmarks that run on either Durable provider.</summary>
internal static class DurableOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--durable")
        {
            HelpName = string.Join('|', DurableStorageWords.Options.Keys),
            Description = "Where orchestrations are kept.",
            DefaultValueFactory = _ => DurableStorageWords.Options.GetAt(0).Key,
        };
        option.AcceptOnlyFromAmong([.. DurableStorageWords.Options.Keys]);
        return option;
    }

    public static DurableStorage Read(ParseResult arguments, Option<string> option) =>
        DurableStorageWords.Options[arguments.GetValue(option)!];
}
