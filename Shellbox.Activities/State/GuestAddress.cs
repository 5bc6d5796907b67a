namespace Shellbox.Activities.State;

/// <summary>Where a guest's SSH answers, and the host key that it shows.</summary>
public sealed record GuestAddress(string Host, int Port, string HostKey);
