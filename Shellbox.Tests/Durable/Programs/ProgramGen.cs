using CsCheck;

namespace Shellbox.Tests.Durable.Programs;

/// <summary>Makes random programs.</summary>
internal static class ProgramGen
{
    private const int Depth = 3;

    private static readonly Gen<int> Seconds = Gen.Int[1, 5].Select(s => 2 * s);

    private static readonly Gen<Node> Timer = Seconds.Select(s => (Node)new Node.Timer(s));

    private static readonly Gen<Node> Simple = Gen.Frequency(
        (4, Gen.Const((Node)new Node.Call())),
        (1, Gen.Const((Node)new Node.Fail())),
        (2, Timer),
        (1, Gen.Const((Node)new Node.Tell())),
        (2, Gen.Const((Node)new Node.NewGuid())),
        (2, Gen.Select(Gen.Int[0, 10], Gen.Int[1, 4], Seconds, Gen.Int[1, 2], Gen.Bool)
            .Select((f, a, s, c, h) => (Node)new Node.Retry(f, a, s, c, h))),
        (2, Gen.Select(Gen.Shuffle(new[] { 2, 4, 6, 8, 10 }, 2, 4), Gen.Bool).Select((f, c) => (Node)new Node.Race(f, c))));

    // An odd number of half seconds: between the timers.
    private static readonly Gen<Node> Wait = Gen.Select(Gen.Int[0, 10], Gen.Frequency((1, Gen.Const(0)), (1, Seconds)))
        .Select((a, t) => (Node)new Node.Wait((2 * a) + 1, t));

    /// <summary>A program that a client starts. Only such a one has a known id to send events to.</summary>
    public static Gen<OrchestratorProgram> Program { get; } = Root().Where(p =>
    {
        var model = new ProgramModel();
        model.Run(p, 0);
        return !model.IsTie;
    });

    private static Gen<OrchestratorProgram> Root() =>
        Gen.Select(
            Gen.Frequency((4, Part(Depth, true)), (1, Gen.Const((Node)new Node.Status()))).Array[1, 5].Select(parts => (Node)new Node.Seq(parts)),
            Gen.Frequency((3, Gen.Const(1)), (1, Gen.Int[2, 3]))).Select((b, r) => new OrchestratorProgram(b, r));

    private static Gen<Node> Child(int depth) =>
        Gen.Select(Part(depth - 1, false), Gen.Frequency((3, Gen.Const(1)), (1, Gen.Const(2))))
            .Select((b, r) => (Node)new Node.Child(new OrchestratorProgram(b, r)));

    private static Gen<Node> Part(int depth, bool events)
    {
        var leaf = events ? Gen.Frequency((3, Simple), (1, Wait)) : Simple;
        if (depth == 0)
            return leaf;
        var part = Part(depth - 1, events);
        var child = Child(depth);

        // What may be left behind when the time is over holds one timer at most, so that its end is easy to say.
        var limited = events ? Gen.OneOf(Timer, Wait, child) : Gen.OneOf(Timer, child);
        return Gen.Frequency(
            (3, leaf),
            (1, child),
            (1, Gen.Select(Seconds, limited).Select((s, b) => (Node)new Node.Within(s, b))),
            (2, part.Select(b => (Node)new Node.Try(b))),
            (2, part.Array[1, 3].Select(parts => (Node)new Node.Seq(parts))),
            (3, part.Array[1, 4].Select(parts => (Node)new Node.All(parts))));
    }
}
