namespace Shellbox.AzureSimulator.Instances;

/// <summary>An account of this machine.</summary>
internal sealed record LocalAccount(string Name, string UserId, string GroupId, string Shell)
{
    public bool IsRoot => UserId == "0";

    /// <summary>
    /// Whether its shell is one to work in: sshd lets in whoever has an executable for a shell, and nologin is one that sends them away.
    /// </summary>
    public bool HasLoginShell => File.Exists(Shell) && Path.GetFileName(Shell) is not ("nologin" or "false" or "sync");
}
