using DurableTask.Core;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>Ends when it has heard every number; the output says in which order they first came.</summary>
internal sealed class Listener : TaskOrchestration<string, string>
{
    public const int Numbers = 3;

    private readonly List<int> _heard = [];
    private readonly TaskCompletionSource _all = new();

    public override async Task<string> RunTask(OrchestrationContext context, string input)
    {
        await _all.Task;
        return string.Join(' ', _heard);
    }

    public override void RaiseEvent(OrchestrationContext context, string name, string input)
    {
        var number = DataConverter.Deserialize<int>(input);
        if (_heard.Contains(number))
            return;
        _heard.Add(number);
        if (_heard.Count == Numbers)
            _all.TrySetResult();
    }
}
