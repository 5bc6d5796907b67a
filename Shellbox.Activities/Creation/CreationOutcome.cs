using Shellbox.Activities.State;

namespace Shellbox.Activities.Creation;

/// <param name="Kind">How it ended.</param>
/// <param name="Box">The box, where there is one.</param>
/// <param name="ToHold">Boxes whose guest is in memory, and for whose hold the caller has to start the orchestration.</param>
/// <param name="ToRelease">Blank boxes that were taken back, and whose release the caller has to start.</param>
public sealed record CreationOutcome(CreationKind Kind, BoxRow? Box, IReadOnlyList<BoxRow> ToHold, IReadOnlyList<BoxRow> ToRelease);
