namespace Shellbox.Build.Testing;

/// <summary>How many tests passed and failed; a check counts as one test, and so does the preparation.</summary>
internal sealed class TestTally
{
    public int Passed { get; set; }

    public int Failed { get; set; }

    public override string ToString() => $"{Passed} passed, {Failed} failed";
}
