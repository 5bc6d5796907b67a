namespace Shellbox.Contracts.Agent;

/// <summary>
/// How the app and <c>shellbox-instance</c>, the one program on an instance, speak: a verb as the one argument, a JSON request on standard
/// input, a JSON answer on standard output.
/// </summary>
public static class AgentProtocol
{
    /// <summary>
    /// What a request is written in. A program refuses a newer one, and takes a request that names none as one from before 1.
    /// </summary>
    public const int Version = 1;
}
