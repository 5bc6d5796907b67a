using DurableTask.Core;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>Leaves a line in the ledger.</summary>
internal sealed class Step(Ledger ledger) : TaskActivity<string, int>
{
    protected override int Execute(TaskContext context, string input)
    {
        ledger.Add(input);
        return 1;
    }
}
