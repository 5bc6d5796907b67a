using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.Exceptions;
using Shellbox.LocalHost.Durable;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// A task hub in SQLite with DurableTask's own worker on it, and nothing else, so that it is up within a second. It does what it is told
/// line by line, and answers each line with the same when it is done.
/// </summary>
internal static class HubVictim
{
    /// <summary>Tells a process which folder its hub and its ledger lie in.</summary>
    public const string FolderVariable = "SHELLBOX_TESTS_VICTIM";

    public const string Ready = "ready";

    public static string HubFile(string folder) => Path.Combine(folder, "hub.db");

    /// <summary>Runs until its input ends.</summary>
    public static async Task RunAsync(string folder)
    {
        using var hub = new SqliteOrchestrationService(new SqliteServiceSettings(HubFile(folder), TimeProvider.System));
        using var worker = await StartWorkerAsync(hub, folder);
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            await DoAsync(hub, line);
            Console.WriteLine(line);
        }
    }

    public static async Task<TaskHubWorker> StartWorkerAsync(SqliteOrchestrationService hub, string folder)
    {
        var worker = new TaskHubWorker(hub)
            .AddTaskOrchestrations(typeof(Journey), typeof(Leg), typeof(Listener))
            .AddTaskActivities(new OneActivity(new Step(new Ledger(folder))));
        return await worker.StartAsync();
    }

    /// <summary>
    /// Starts a journey or a listener, or raises an event: <c>journey ID</c>, <c>listener ID</c>, <c>raise ID NUMBER</c>. Twice does no
    /// harm.
    /// </summary>
    public static async Task DoAsync(SqliteOrchestrationService hub, string line)
    {
        var client = new TaskHubClient(hub);
        var words = line.Split(' ');
        try
        {
            await (
                words[0] switch
                {
                    "journey" => client.CreateOrchestrationInstanceAsync(
                        typeof(Journey),
                        words[1],
                        0,
                        Enum.GetValues<OrchestrationStatus>()
                    ),
                    "listener" => client.CreateOrchestrationInstanceAsync(
                        typeof(Listener),
                        words[1],
                        "",
                        Enum.GetValues<OrchestrationStatus>()
                    ),
                    _ => client.RaiseEventAsync(
                        new OrchestrationInstance { InstanceId = words[1] },
                        "number",
                        int.Parse(words[2], CultureInfo.InvariantCulture)
                    ),
                }
            );
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Done before the last kill, which came before the answer.
        }
    }

    private sealed class OneActivity : ObjectCreator<TaskActivity>
    {
        private readonly Step _step;

        public OneActivity(Step step)
        {
            _step = step;
            Name = NameVersionHelper.GetDefaultName(typeof(Step));
            Version = NameVersionHelper.GetDefaultVersion(typeof(Step));
        }

        public override TaskActivity Create() => _step;
    }
}
