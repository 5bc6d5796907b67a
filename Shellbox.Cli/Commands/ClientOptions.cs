using System.CommandLine;

namespace Shellbox.Cli.Commands;

/// <summary>The options that every command which talks to the app takes.</summary>
internal sealed class ClientOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        HelpName = "URL",
        Description = "Address of the app [SHELLBOX_URL, else the local cloud]",
    };
    private readonly Option<string?> _key = new("--key") { HelpName = "KEY", Description = "Function key [SHELLBOX_KEY]" };
    private readonly Option<string?> _identity = new("--identity", "-i")
    {
        HelpName = "FILE",
        Description = "Your SSH private key [SHELLBOX_IDENTITY]",
    };
    private readonly Option<string?> _state = new("--state")
    {
        HelpName = "DIR",
        Description = "State directory of the local cloud [SHELLBOX_STATE, else .shellbox]",
    };
    private readonly Option<string?>? _adminKey;
    private readonly Option<bool> _json = new("--json") { Description = "Print the result alone, as JSON" };

    public ClientOptions(Command command, bool withAdminKey = false, string adminUse = "for the last reconciliation")
    {
        command.Add(_json);
        command.Add(_url);
        command.Add(_key);
        if (withAdminKey)
        {
            _adminKey = new("--admin-key") { HelpName = "KEY", Description = "Admin key, for what operators may [SHELLBOX_ADMIN_KEY]" };
            command.Add(_adminKey);
        }

        command.Add(_identity);
        command.Add(_state);
    }

    public bool IsJson(ParseResult arguments) => arguments.GetValue(_json);

    public ConnectionSettings Resolve(ParseResult arguments, CommandEnvironment environment) =>
        ConnectionSettings.Resolve(
            new ConnectionOptions(
                arguments.GetValue(_url),
                arguments.GetValue(_key),
                _adminKey is null ? null : arguments.GetValue(_adminKey),
                arguments.GetValue(_identity),
                arguments.GetValue(_state)
            ),
            environment
        );
}
