using System.Collections.Concurrent;
using Xunit;

namespace Shellbox.Tests.Histories;

/// <summary>
/// Saves the last turn of each orchestration that goes a way which none saved before it has gone, under the name of the test that it ran
/// in.
/// </summary>
internal static class TurnRecorder
{
    public const string Setting = "SHELLBOX_RENEW_HISTORIES";

    private static readonly ConcurrentDictionary<string, bool> Ways = new();

    /// <summary>Null: nothing is to be recorded.</summary>
    public static Action<string, string>? ForCurrentTest()
    {
        if (Environment.GetEnvironmentVariable(Setting) is null)
            return null;
        var test = TestContext.Current.TestMethod!.MethodName;
        return (request, response) =>
        {
            var turn = SavedTurn.Of(request, response);
            if (turn.IsLast && Ways.TryAdd($"{turn.Orchestrator} {turn.Way}", true))
                turn.Save(FreeName(turn.Orchestrator, test));
        };
    }

    private static string FreeName(string orchestrator, string test)
    {
        lock (Ways)
        {
            for (var n = 1; ; n++)
            {
                var file = Path.Combine(orchestrator, $"{test}{(n == 1 ? "" : $"-{n}")}.json");
                if (!File.Exists(Path.Combine(SavedTurn.Folder, file)))
                    return file;
            }
        }
    }
}
