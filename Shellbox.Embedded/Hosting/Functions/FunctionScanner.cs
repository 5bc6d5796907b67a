using System.Reflection;
using Shellbox.Embedded.Worker;
using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>Finds the functions of the app by reflection.</summary>
internal static class FunctionScanner
{
    private const BindingFlags AnyMethod =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The functions of the given types and assemblies; none given: of the entry assembly and what it references.</summary>
    /// <exception cref="InvalidOperationException">Some are wrong; the message names all of them.</exception>
    public static List<Function> Scan(EmbeddedHostOptions options)
    {
        var types = options.Assemblies.Count > 0 || options.FunctionTypes.Count > 0
            ? options.Assemblies.SelectMany(a => a.GetTypes()).Concat(options.FunctionTypes).Distinct()
            : AppAssemblies().SelectMany(a => a.GetTypes());
        var faults = new List<string>();
        var functions = new Dictionary<string, Function>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in types.SelectMany(t => t.GetMethods(AnyMethod)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } attribute)
                continue;
            if (Describe(method, attribute.Name, faults) is not { } function)
                continue;
            if (!functions.TryAdd(function.Name, function))
                faults.Add($"Two functions have the name '{function.Name}': {functions[function.Name].EntryPoint} and {function.EntryPoint}.");
        }

        return faults.Count == 0
            ? [.. functions.Values]
            : throw new InvalidOperationException("The app's functions cannot be hosted:\n- " + string.Join("\n- ", faults));
    }

    private static IEnumerable<Assembly> AppAssemblies()
    {
        if (Assembly.GetEntryAssembly() is not { } entry)
            return [];

        // Only assemblies that know the programming model can hold functions; looking into any other would load it for nothing.
        var model = typeof(FunctionAttribute).Assembly.GetName().Name;
        return entry.GetReferencedAssemblies()
            .Where(name => name.Name is not null && !IsFramework(name.Name))
            .Select(Load)
            .Prepend(entry)
            .OfType<Assembly>()
            .Where(a => a.GetReferencedAssemblies().Any(r => r.Name == model));
    }

    private static bool IsFramework(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? Load(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (IOException)
        {
            // Referenced at build time only.
            return null;
        }
    }

    private static Function? Describe(MethodInfo method, string name, List<string> faults)
    {
        var triggers = method.GetParameters()
            .Select(p => (Parameter: p, Trigger: p.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(p => p.Trigger is not null)
            .ToList();
        var place = $"{method.DeclaringType!.FullName}.{method.Name}";
        if (string.IsNullOrWhiteSpace(name))
        {
            faults.Add($"The function {place} has no name.");
            return null;
        }

        if (triggers.Count != 1)
        {
            faults.Add($"The function '{name}' ({place}) has {triggers.Count} triggers; a function has exactly one.");
            return null;
        }

        var (parameter, trigger) = triggers[0];
        var kind = trigger switch
        {
            HttpTriggerAttribute => FunctionKind.Http,
            QueueTriggerAttribute => FunctionKind.Queue,
            TimerTriggerAttribute => FunctionKind.Timer,
            OrchestrationTriggerAttribute => FunctionKind.Orchestrator,
            ActivityTriggerAttribute => FunctionKind.Activity,
            _ => throw new InvalidOperationException($"{trigger!.GetType()} is not a trigger of this host."),
        };
        try
        {
            ParameterBinding.Check(method, kind, parameter);
        }
        catch (NotSupportedException e)
        {
            faults.Add($"The function '{name}' ({place}): {e.Message}");
            return null;
        }

        return new Function(name, kind, method, parameter, trigger!);
    }
}
