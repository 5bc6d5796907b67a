namespace Shellbox.Tests.Durable.Programs;

/// <summary>What a program comes to, by the meaning of its pieces and without an engine.</summary>
internal sealed class ProgramModel
{
    private int round;

    /// <summary>When the last timer fires that nobody gave up, and the last child ends: an orchestrator that is through waits for them.</summary>
    private int held;

    /// <summary>Whether two things that exclude each other happen at the same instant: then either result is right.</summary>
    public bool IsTie { get; private set; }

    /// <summary>The custom status at the end.</summary>
    public string? Status { get; private set; }

    public ModelResult Run(OrchestratorProgram program, int start)
    {
        var text = string.Empty;
        var now = start;
        for (round = 0; ; round++)
        {
            (Status, held) = (null, 0);
            var result = Eval(program.Body, "b", now);
            if (result.Failed is not null)
                return result with { End = Math.Max(result.End, held) };
            text += result.Text;
            now = result.End;
            if (round + 1 == program.Rounds)
                return new ModelResult(text, Math.Max(now, held), null);
            text += "|";
        }
    }

    private ModelResult Eval(Node node, string path, int now)
    {
        var result = node switch
        {
            Node.Call => Done(path, now),
            Node.Fail => Failure("Fail", now),
            Node.Retry retry => Attempt(retry, now),
            Node.Timer timer => Done("t", Hold(now + timer.For)),
            Node.Race race => Race(race, now),
            Node.Wait wait => Wait(wait, now),
            Node.Tell => Done("told", now),
            Node.NewGuid => Done("g", now),
            Node.Status => SetStatus(path, now),
            Node.Child child => RunChild(child, now),
            Node.Within within => Within(within, path, now),
            Node.Try tried => Eval(tried.Body, path + ".0", now) is { Failed: { } failed } r ? Done("!" + failed, r.End) : Eval(tried.Body, path + ".0", now),
            Node.Seq seq => Seq(seq, path, now),
            Node.All all => All(all, path, now),
            _ => throw new InvalidOperationException(node.ToString()),
        };
        return result.Failed is null ? result with { Text = $"{result.Text}@{result.End}" } : result;
    }

    private static ModelResult Done(string text, int end) => new(text, end, null);

    private static ModelResult Failure(string task, int end) => new(string.Empty, end, task);

    private int Hold(int until)
    {
        held = Math.Max(held, until);
        return until;
    }

    private static ModelResult Attempt(Node.Retry retry, int now)
    {
        var until = now + retry.FailsFor;
        var pause = retry.First;
        for (var attempt = 1; ; attempt++)
        {
            if (now >= until)
                return Done("r", now);
            if (attempt == retry.Attempts)
                return Failure("Attempt", now);
            now += pause;
            pause *= retry.Handler ? 1 : retry.Coefficient;
        }
    }

    private ModelResult Race(Node.Race race, int now)
    {
        var first = race.For.Min();
        Hold(now + (race.CancelOthers ? first : race.For.Max()));
        return Done($"w{Array.IndexOf(race.For, first)}", now + first);
    }

    private ModelResult Wait(Node.Wait wait, int now)
    {
        var arrival = Math.Max(now, OrchestratorProgram.Arrival(wait, round));
        if (wait.Timeout == 0)
            return Done("came", arrival);
        var limit = now + wait.Timeout;
        IsTie |= arrival == limit;
        return arrival < limit ? Done("came", Hold(arrival)) : Done("expired", Hold(limit));
    }

    private ModelResult SetStatus(string path, int now)
    {
        Status = $"{round}{path}";
        return Done("s", now);
    }

    private ModelResult RunChild(Node.Child child, int now)
    {
        var model = new ProgramModel();
        var result = model.Run(child.Program, now);
        IsTie |= model.IsTie;
        Hold(result.End);
        return result.Failed is null ? result with { Text = "{" + result.Text + "}" } : Failure("Program", result.End);
    }

    private ModelResult Within(Node.Within within, string path, int now)
    {
        var limit = now + within.For;
        var result = Eval(within.Body, path + ".0", now);
        IsTie |= result.End == limit;
        return result.End < limit ? result : Done("late", Hold(limit));
    }

    private ModelResult Seq(Node.Seq seq, string path, int now)
    {
        var results = new List<string>();
        foreach (var (part, i) in seq.Parts.Select((part, i) => (part, i)))
        {
            var result = Eval(part, $"{path}.{i}", now);
            if (result.Failed is not null)
                return result;
            now = result.End;
            results.Add(result.Text);
        }

        return Done("(" + string.Join(',', results) + ")", now);
    }

    private ModelResult All(Node.All all, string path, int now)
    {
        var results = all.Parts.Select((part, i) => Eval(part, $"{path}.{i}", now)).ToList();
        var end = results.Max(r => r.End);
        return results.Find(r => r.Failed is not null) is { } failed
            ? failed with { End = end } : Done("[" + string.Join(',', results.Select(r => r.Text)) + "]", end);
    }
}
