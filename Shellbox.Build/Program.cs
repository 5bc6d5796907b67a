using Shellbox.Build;
using Shellbox.Build.Commands;
using Shellbox.Build.Processes;

using var interruption = new Interruption();
try
{
    var repository = Repository.OfThisProgram();
    var tools = new ToolRunner(repository, interruption);
    if (args is ["test", .. var rest])
        return await new TestCommand(repository, tools).RunAsync(rest, interruption.Token);

    // For the shell that started this: it runs the command in its own place.
    var ready = await new ReadyCommand(repository, tools).PrepareAsync(args, interruption.Token);
    Console.WriteLine(string.Join(' ', ready.Select(word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'")));
    return ExitCode.Ok;
}
catch (Exception e)
{
    return Failure.Report(e);
}
