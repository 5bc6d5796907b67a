using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Shellbox.Tests.App;

// A worker that cannot start, at once or later.
if (Record.Setting("CRASH_AT_START") is { Length: > 0 } words)
{
    await Console.Error.WriteLineAsync(words);
    return 42;
}

if (Record.Has("crash-at-start"))
    return 43;

if (Record.Setting("PORT_TAKEN_ONCE") is not null && !Record.Has("port-taken"))
{
    Record.Write("port-taken");
    throw new IOException("Failed to bind to address http://127.0.0.1:1: address already in use.");
}

var builder = FunctionsApplication.CreateBuilder(args);

// Before the one that fetches the HTTP request.
builder.UseMiddleware<EarlyFailure>();
builder.ConfigureFunctionsWebApplication();
await builder.Build().RunAsync();
return 0;
