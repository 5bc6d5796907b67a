using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Lists the functions of a test's own classes, as the generator of the Worker SDK lists those of an app when that is built.
/// </summary>
internal sealed class FunctionsOfTypes(params Type[] types) : IFunctionMetadataProvider
{
    public Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory) =>
        Task.FromResult<ImmutableArray<IFunctionMetadata>>([
            .. from type in types
            from method in type.GetMethods()
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select new DefaultFunctionMetadata
            {
                Language = "dotnet-isolated",
                Name = function.Name,
                EntryPoint = $"{type.FullName}.{method.Name}",
                ScriptFile = Path.GetFileName(type.Assembly.Location),
                RawBindings = [.. Bindings(method)],
            },
        ]);

    private static IEnumerable<string> Bindings(MethodInfo method)
    {
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<BindingAttribute>() is { } attribute)
                yield return Binding(parameter.Name!, attribute);
        }

        if (method.ReturnType.IsAssignableTo(typeof(IActionResult)) || method.ReturnType.IsAssignableTo(typeof(Task<IActionResult>)))
        {
            yield return """{"name":"$return","type":"http","direction":"Out"}""";
        }
    }

    private static string Binding(string parameter, BindingAttribute attribute)
    {
        var type = attribute.GetType().Name;
        var binding = new JsonObject
        {
            ["name"] = parameter,
            ["type"] = JsonNamingPolicy.CamelCase.ConvertName(type[..^nameof(Attribute).Length]),
            ["direction"] = "In",
        };
        foreach (var property in attribute.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            var value = property.GetValue(attribute);
            if (value is null)
                continue;
            binding[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = JsonSerializer.SerializeToNode(
                value is Enum word ? word.ToString() : value
            );
        }

        return binding.ToJsonString();
    }
}
