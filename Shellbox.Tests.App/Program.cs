using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Shellbox.Tests.App;

if (Record.Setting("CRASH_AT_START") is { Length: > 0 } words)
{
    await Console.Error.WriteLineAsync(words);
    return 42;
}

var builder = FunctionsApplication.CreateBuilder(args);

// Before the one that fetches the HTTP request.
builder.UseMiddleware<EarlyFailure>();
builder.ConfigureFunctionsWebApplication();
await builder.Build().RunAsync();
return 0;
