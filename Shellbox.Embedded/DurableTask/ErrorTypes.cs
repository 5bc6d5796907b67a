namespace Shellbox.Embedded.DurableTask;

/// <summary>Finds the exception types that failures name.</summary>
internal static class ErrorTypes
{
    /// <summary>The type of that name, looked for where the other type is, then in everything loaded.</summary>
    public static Type? Find(string name, Type near)
    {
        if ((near.Assembly.GetType(name, throwOnError: false) ?? Type.GetType(name, throwOnError: false)) is { } type)
            return type;
        return AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic)
            .Select(a => a.GetType(name, throwOnError: false))
            .FirstOrDefault(t => t is not null);
    }
}
