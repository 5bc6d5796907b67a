using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.Worker.Middleware;

namespace Shellbox.Embedded.Worker;

/// <summary>Configures what runs the functions.</summary>
public interface IFunctionsWorkerApplicationBuilder
{
    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>Puts a middleware around every function but orchestrators; the first one is the outermost.</summary>
    IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
}
