using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.Worker.Middleware;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>Invokes one function: a scope, its class from the services, its parameters, its awaited result.</summary>
internal sealed class FunctionInvoker
{
    private readonly Function function;
    private readonly IServiceScopeFactory scopes;
    private readonly Func<Invocation, object?>[] parameters;
    private readonly ObjectFactory? createClass;
    private readonly Func<object?, Task<object?>> unwrap;
    private readonly IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> around;

    /// <param name="function">The function.</param>
    /// <param name="scopes">A scope for each invocation.</param>
    /// <param name="around">The app's middlewares, the innermost first.</param>
    public FunctionInvoker(
        Function function, IServiceScopeFactory scopes, IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> around)
    {
        this.around = around;
        this.function = function;
        this.scopes = scopes;
        parameters =
        [
            .. function.Method.GetParameters().Select(p => ParameterBinding.For(function.Kind, p, p.Position == function.TriggerParameter.Position)),
        ];
        createClass = function.Method.IsStatic ? null : ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, []);
        unwrap = ResultUnwrapping.For(function.Method.ReturnType);
    }

    public Function Function => function;

    /// <summary>Runs the function.</summary>
    /// <param name="input">What its trigger has for it.</param>
    /// <param name="cancellation">What its cancellation token is.</param>
    /// <param name="use">What is done with its result while the scope still lives.</param>
    public async Task<T> InvokeAsync<T>(InvocationInput input, Func<Invocation, object?, Task<T>> use, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, scope.ServiceProvider, input, cancellation);
        var instance = createClass?.Invoke(scope.ServiceProvider, null);
        try
        {
            object? result = null;
            FunctionExecutionDelegate run = async _ => result = await unwrap(Call(invocation, instance)).ConfigureAwait(false);
            foreach (var middleware in around)
                run = middleware(run);
            await run(invocation).ConfigureAwait(false);
            return await use(invocation, result).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(instance).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs an orchestrator. Nothing of the host awaits around it, so that its continuations are its own; its scope ends with the code, or
    /// with the memory of it when the orchestrator is dropped and replayed later.
    /// </summary>
    public async Task<object?> RunOrchestratorAsync(object context)
    {
#pragma warning disable CA2007 // The scheduler of the orchestrator is wanted.
        using var scope = scopes.CreateScope();
        var invocation = new Invocation(function, scope.ServiceProvider, new InvocationInput(context, InvocationInput.NoData), CancellationToken.None);
        return await unwrap(Call(invocation, createClass?.Invoke(scope.ServiceProvider, null)));
#pragma warning restore CA2007
    }

    private static async ValueTask DisposeAsync(object? instance)
    {
        switch (instance)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    private object? Call(Invocation invocation, object? instance)
    {
        var values = new object?[parameters.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = parameters[i](invocation);
        return function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, values, null);
    }
}
