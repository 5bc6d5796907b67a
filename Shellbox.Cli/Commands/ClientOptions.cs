using System.CommandLine;

namespace Shellbox.Cli.Commands;

/// <summary>The options that every command which talks to the app takes.</summary>
internal sealed class ClientOptions
{
    private readonly Option<string?> url = new("--url")
    {
        HelpName = "URL",
        Description = "Address of the app [SHELLBOX_URL, else the local cloud]",
    };
    private readonly Option<string?> key = new("--key") { HelpName = "KEY", Description = "Function key [SHELLBOX_KEY]" };
    private readonly Option<string?> identity = new("--identity", "-i")
    {
        HelpName = "FILE",
        Description = "Your SSH private key [SHELLBOX_IDENTITY]",
    };
    private readonly Option<string?> state = new("--state")
    {
        HelpName = "DIR",
        Description = "State directory of the local cloud [SHELLBOX_STATE, else .shellbox]",
    };
    private readonly Option<string?>? adminKey;
    private readonly Option<bool> json = new("--json") { Description = "Print the result alone, as JSON" };

    public ClientOptions(Command command, bool withAdminKey = false, string adminUse = "for the last reconciliation")
    {
        command.Add(json);
        command.Add(url);
        command.Add(key);
        if (withAdminKey)
        {
            adminKey = new("--admin-key") { HelpName = "KEY", Description = "Admin key, for what operators may [SHELLBOX_ADMIN_KEY]" };
            command.Add(adminKey);
        }

        command.Add(identity);
        command.Add(state);
    }

    public bool IsJson(ParseResult arguments) => arguments.GetValue(json);

    public ConnectionSettings Resolve(ParseResult arguments, CommandEnvironment environment) =>
        ConnectionSettings.Resolve(
            new ConnectionOptions(
                arguments.GetValue(url),
                arguments.GetValue(key),
                adminKey is null ? null : arguments.GetValue(adminKey),
                arguments.GetValue(identity),
                arguments.GetValue(state)
            ),
            environment
        );
}
