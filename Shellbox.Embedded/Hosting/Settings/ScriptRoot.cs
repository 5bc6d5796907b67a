namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>The folder of host.json and local.settings.json.</summary>
internal static class ScriptRoot
{
    private const string Name = "AzureWebJobsScriptRoot";

    /// <summary>What the command line says, else the environment, else the app's own folder.</summary>
    public static string Find(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i].StartsWith($"--{Name}=", StringComparison.OrdinalIgnoreCase))
                return Path.GetFullPath(args[i][(Name.Length + 3)..]);
            if (args[i].Equals("--" + Name, StringComparison.OrdinalIgnoreCase) && i + 1 < args.Length)
                return Path.GetFullPath(args[i + 1]);
        }

        return Path.GetFullPath(Environment.GetEnvironmentVariable(Name) is { Length: > 0 } set ? set : AppContext.BaseDirectory);
    }
}
