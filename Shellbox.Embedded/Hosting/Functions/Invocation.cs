using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>One invocation.</summary>
internal sealed class Invocation : FunctionContext
{
    private readonly CancellationToken cancellation;

    public Invocation(Function function, IServiceProvider services, InvocationInput input, CancellationToken cancellation)
    {
        Function = function;
        InstanceServices = services;
        Input = input;
        this.cancellation = cancellation;
        BindingContext = new InvocationBindingContext(input.BindingData);
        if (input.Http is { } http)
            Items[InvocationItems.HttpContext] = http;
    }

    public Function Function { get; }

    public InvocationInput Input { get; }

    public HttpContext? Http => Input.Http;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Id;

    public override FunctionDefinition FunctionDefinition => Function;

    public override BindingContext BindingContext { get; }

    public override TraceContext TraceContext { get; } = new InvocationTraceContext(Activity.Current);

    public override RetryContext? RetryContext => null;

    public override IServiceProvider InstanceServices { get; set; }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken => cancellation;
}
