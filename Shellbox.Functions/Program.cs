using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shellbox.Functions;

try
{
    await ShellboxApplication.CreateBuilder(args).Build().RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync("Shellbox cannot start; these settings are at fault:");
    foreach (var failure in e.Failures)
        await Console.Error.WriteLineAsync("  - " + failure);
    return 1;
}
catch (InvalidOperationException e)
{
    // The host has logged where it came from: a database that is in use, a host.json that cannot be used, ...
    await Console.Error.WriteLineAsync("Shellbox cannot start: " + e.Message);
    return 1;
}
