namespace Shellbox.Embedded.Engine;

/// <summary>What became of an order to an instance.</summary>
internal enum ControlOutcome
{
    Accepted,
    NotFound,

    /// <summary>The instance has ended.</summary>
    Over,

    /// <summary>The instance is in a state in which the order makes no sense.</summary>
    WrongState,
}
