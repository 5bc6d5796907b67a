namespace Shellbox.Embedded.DurableTask;

/// <summary>The names of exception types in failures, and the way back.</summary>
internal static class ErrorTypes
{
    private const string Here = "Shellbox.Embedded.DurableTask.";
    private const string Official = "Microsoft.DurableTask.";

    /// <summary>The full name; types of the programming model carry the official one, which is what callers of the HTTP API know.</summary>
    public static string NameOf(Type type)
    {
        var name = type.ToString();
        return name.StartsWith(Here, StringComparison.Ordinal) ? string.Concat(Official, name.AsSpan(Here.Length)) : name;
    }

    /// <summary>The type of that name, looked for where the other type is, then in everything loaded.</summary>
    public static Type? Find(string name, Type near)
    {
        if (name.StartsWith(Official, StringComparison.Ordinal))
            name = string.Concat(Here, name.AsSpan(Official.Length));
        if ((near.Assembly.GetType(name, throwOnError: false) ?? Type.GetType(name, throwOnError: false)) is { } type)
            return type;
        return AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic)
            .Select(a => a.GetType(name, throwOnError: false))
            .FirstOrDefault(t => t is not null);
    }
}
