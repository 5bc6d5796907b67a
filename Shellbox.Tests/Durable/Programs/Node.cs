using System.Text.Json.Serialization;

namespace Shellbox.Tests.Durable.Programs;

/// <summary>
/// A piece of a random orchestrator. What a piece comes to depends on the virtual time alone, not on which of two things that happen at once is
/// noticed first. Times are in half seconds; timers take whole seconds, events come in between.
/// </summary>
[JsonDerivedType(typeof(Call), nameof(Call))]
[JsonDerivedType(typeof(Fail), nameof(Fail))]
[JsonDerivedType(typeof(Retry), nameof(Retry))]
[JsonDerivedType(typeof(Timer), nameof(Timer))]
[JsonDerivedType(typeof(Race), nameof(Race))]
[JsonDerivedType(typeof(Wait), nameof(Wait))]
[JsonDerivedType(typeof(Tell), nameof(Tell))]
[JsonDerivedType(typeof(NewGuid), nameof(NewGuid))]
[JsonDerivedType(typeof(Status), nameof(Status))]
[JsonDerivedType(typeof(Child), nameof(Child))]
[JsonDerivedType(typeof(Within), nameof(Within))]
[JsonDerivedType(typeof(Try), nameof(Try))]
[JsonDerivedType(typeof(Seq), nameof(Seq))]
[JsonDerivedType(typeof(All), nameof(All))]
public abstract record Node
{
    /// <summary>An activity.</summary>
    public sealed record Call : Node;

    /// <summary>An activity that always fails.</summary>
    public sealed record Fail : Node;

    /// <summary>An activity that fails for so long, with retries by a policy or by a handler that waits.</summary>
    public sealed record Retry(int FailsFor, int Attempts, int First, int Coefficient, bool Handler) : Node;

    public sealed record Timer(int For) : Node;

    /// <summary>Several timers, of which the first counts; the others are given up, or left to fire.</summary>
    public sealed record Race(int[] For, bool CancelOthers) : Node;

    /// <summary>An external event, with or without a time-out (0: none). It comes at its time whether it is awaited or not.</summary>
    public sealed record Wait(int Arrives, int Timeout) : Node;

    /// <summary>An event that the instance sends to itself.</summary>
    public sealed record Tell : Node;

    /// <summary>An id that an activity sends back.</summary>
    public sealed record NewGuid : Node;

    public sealed record Status : Node;

    /// <summary>A sub-orchestration.</summary>
    public sealed record Child(OrchestratorProgram Program) : Node;

    /// <summary>One thing against the clock.</summary>
    public sealed record Within(int For, Node Body) : Node;

    /// <summary>Goes on when the body fails.</summary>
    public sealed record Try(Node Body) : Node;

    public sealed record Seq(Node[] Parts) : Node;

    public sealed record All(Node[] Parts) : Node;
}
