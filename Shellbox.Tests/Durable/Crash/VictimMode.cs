namespace Shellbox.Tests.Durable.Crash;

/// <summary>How long a victim works if nobody kills it.</summary>
internal enum VictimMode
{
    /// <summary>For ever: it starts new journeys all the time.</summary>
    Endless,

    /// <summary>Until each journey that was ever begun is over.</summary>
    Finish,

    /// <summary>Until each instance in the file is over; it starts none.</summary>
    Drain,
}
