using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Shellbox.Tests.Embedded;

/// <summary>Spells types and what an app can see of them as <c>functions-api.tsv</c> does, under their official names.</summary>
internal sealed class ApiSpelling
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly (string Here, string Official)[] namespaces;

    /// <param name="types">The types.</param>
    /// <param name="namespaces">The beginnings of namespaces and what they are officially.</param>
    public ApiSpelling(IEnumerable<Type> types, params (string Here, string Official)[] namespaces)
    {
        this.namespaces = namespaces;
        Types = [.. types.Select(Describe)];
    }

    public IReadOnlyList<ApiType> Types { get; }

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when IsDelegate(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static bool IsSystem(Type type) => type.Namespace is "System" || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) == true;

    private static string Default(object? value) => value switch
    {
        null => "default",
        bool b => b ? "true" : "false",
        Enum e => Convert.ToInt64(e, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>What the official list leaves out because every type has it, or every record, or whatever can be compared.</summary>
    private static bool IsLeftOut(MethodInfo method) =>
        method.GetBaseDefinition() != method
        || method.IsDefined(typeof(CompilerGeneratedAttribute))
        || (method.Name is "op_Equality" or "op_Inequality" or nameof(Equals)
            && Array.TrueForAll(method.GetParameters(), p => p.ParameterType == method.DeclaringType));

    private ApiType Describe(Type type)
    {
        var baseClass = type.BaseType is null || type.IsValueType || type.IsEnum || IsDelegate(type) || type.BaseType == typeof(object)
            ? null
            : Name(type.BaseType);
        var interfaces = type.GetInterfaces()
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(i => !IsSystem(i) && i.IsVisible)
            .Select(Name);
        return new ApiType(Id(type), Kind(type), baseClass, [.. interfaces], [.. Members(type)]);
    }

    private IEnumerable<(string Id, string Text)> Members(Type type)
    {
        var name = Id(type);
        foreach (var field in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName))
        {
            var value = type.IsEnum ? " = " + Default(field.GetRawConstantValue()) : null;
            yield return ($"F:{name}.{field.Name}", Name(field.FieldType) + value);
        }

        foreach (var property in type.GetProperties(Declared))
        {
            string[] accessors =
            [
                .. IsVisible(property.GetMethod) ? (string[])["get;"] : [],
                .. IsVisible(property.SetMethod) ? (string[])[IsInit(property.SetMethod!) ? "init;" : "set;"] : [],
            ];
            var accessor = property.GetMethod ?? property.SetMethod!;
            if (property.Name == "EqualityContract")
                continue;
            if (accessors.Length > 0 && accessor.GetBaseDefinition() == accessor)
                yield return ($"P:{name}.{property.Name}", $"{Name(property.PropertyType)} {{ {string.Join(' ', accessors)} }}");
        }

        foreach (var e in type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod)))
            yield return ($"E:{name}.{e.Name}", Name(e.EventHandlerType!));

        foreach (var constructor in type.GetConstructors(Declared).Where(c => IsVisible(c) && !c.IsStatic && !IsDelegate(type)))
        {
            if (!constructor.IsDefined(typeof(CompilerGeneratedAttribute)))
                yield return ($"M:{name}.#ctor({Parameters(constructor)})", constructor.IsPublic ? "public" : "protected");
        }

        foreach (var method in type.GetMethods(Declared).Where(IsVisible))
        {
            var isOperator = method.Name.StartsWith("op_", StringComparison.Ordinal);
            if (IsLeftOut(method) || (method.IsSpecialName && !isOperator) || (IsDelegate(type) && method.Name != "Invoke"))
                continue;
            var arity = method.IsGenericMethod ? "``" + method.GetGenericArguments().Length.ToString(CultureInfo.InvariantCulture) : null;
            yield return ($"M:{name}.{method.Name}{arity}({Parameters(method)})", Modifier(method) + Name(method.ReturnType));
        }

        foreach (var nested in type.GetNestedTypes(Declared).Where(t => t.IsNestedPublic || t.IsNestedFamily || t.IsNestedFamORAssem))
            yield return ($"T:{Id(nested)}", Kind(nested));
    }

    private static string? Modifier(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => null,
        _ when IsDelegate(method.DeclaringType!) => null,
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => null,
    };

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        (p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : null)
        + $"{Name(p.ParameterType)} {p.Name}"
        + (p.HasDefaultValue ? $" = {Default(p.RawDefaultValue)}" : null)));

    /// <summary>A type's name as an id has it: with the number of its type parameters.</summary>
    private string Id(Type type) => Official((type.FullName ?? type.Name).Replace('+', '.'));

    /// <summary>A type's name as a signature has it: with its type arguments.</summary>
    private string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return Id(type);
        var name = Id(type.GetGenericTypeDefinition());
        return $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private string Official(string name)
    {
        foreach (var (here, official) in namespaces)
        {
            if (name.StartsWith(here + ".", StringComparison.Ordinal))
                return official + name[here.Length..];
        }

        return name;
    }
}
