using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>The route of one HTTP function.</summary>
internal sealed class FunctionRoute
{
    private readonly TemplateMatcher matcher;
    private readonly IDictionary<string, IRouteConstraint> constraints;
    private readonly HashSet<string> methods;

    public FunctionRoute(FunctionInvoker invoker, string prefix, IInlineConstraintResolver resolver)
    {
        Invoker = invoker;
        Trigger = (HttpTriggerAttribute)invoker.Function.Trigger;
        var path = string.Join('/', new[] { prefix.Trim('/'), (Trigger.Route ?? invoker.Function.Name).Trim('/') }.Where(p => p.Length > 0));
        var template = Parse(path);
        var defaults = new RouteValueDictionary();
        var builder = new RouteConstraintBuilder(resolver, path);
        foreach (var parameter in template.Parameters)
        {
            if (parameter.DefaultValue is not null)
                defaults[parameter.Name!] = parameter.DefaultValue;
            if (parameter.IsOptional)
                builder.SetOptional(parameter.Name!);
            foreach (var constraint in parameter.InlineConstraints)
                builder.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
        }

        constraints = builder.Build();
        matcher = new TemplateMatcher(template, defaults);
        Precedence = RoutePrecedence.ComputeInbound(template);
        methods = new HashSet<string>(Trigger.Methods ?? [], StringComparer.OrdinalIgnoreCase);
    }

    public FunctionInvoker Invoker { get; }

    public HttpTriggerAttribute Trigger { get; }

    /// <summary>The lower, the more specific.</summary>
    public decimal Precedence { get; }

    /// <summary>Whether the request is this function's; then with the values of its route.</summary>
    public RouteValueDictionary? Match(HttpContext context)
    {
        if (methods.Count > 0 && !methods.Contains(context.Request.Method))
            return null;
        var values = new RouteValueDictionary();
        if (!matcher.TryMatch(context.Request.Path, values))
            return null;
        foreach (var (name, constraint) in constraints)
        {
            if (!constraint.Match(context, null, name, values, RouteDirection.IncomingRequest))
                return null;
        }

        return values;
    }

    private static RouteTemplate Parse(string path)
    {
        try
        {
            return TemplateParser.Parse(path);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"The route '{path}' cannot be used: {e.Message}", e);
        }
    }
}
