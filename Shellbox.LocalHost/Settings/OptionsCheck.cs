using System.Globalization;
using System.Reflection;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Configuration;
using Shellbox.LocalHost.Durable;

namespace Shellbox.LocalHost.Settings;

/// <summary>
/// Holds the values of a configuration against the options classes that they are bound to, so that which keys there are, and of what kind,
/// is always what the referenced version of an extension knows.
/// </summary>
/// <param name="settings">All settings of the host.</param>
/// <param name="faults">Gets a sentence for each value that cannot be used.</param>
/// <param name="unknownKeys">Gets the keys that no options class has, by their full names.</param>
internal sealed class OptionsCheck(IConfiguration settings, List<string> faults, List<string> unknownKeys)
{
    /// <summary>Settings that begin so stand for the keys of host.json.</summary>
    public const string OverridePrefix = "AzureFunctionsJobHost";

    /// <summary>Checks what lies under <paramref name="section"/>.</summary>
    /// <param name="section">A part of host.json.</param>
    /// <param name="type">The class that it is bound to.</param>
    /// <param name="others">Keys that are known though the class has no such property.</param>
    public void Check(IConfigurationSection section, Type type, params string[] others)
    {
        if (!IsObject(section))
            return;
        foreach (var value in section.GetChildren())
        {
            var property = type.GetProperty(value.Key, BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase);
            if (property?.SetMethod is { IsPublic: true })
                Check(value, type, property);
            else if (!others.Contains(value.Key, StringComparer.OrdinalIgnoreCase))
                AddUnknown(value);
        }
    }

    /// <summary>Notes a key that means nothing to this host.</summary>
    public void AddUnknown(IConfigurationSection key) => unknownKeys.Add(key.Path.Replace(':', '.'));

    /// <summary>Whether the section is an object (or not there at all); a fault if it is one value.</summary>
    public bool IsObject(IConfigurationSection section)
    {
        if (string.IsNullOrEmpty(section.Value))
            return true;
        faults.Add($"{Name(section)} is '{section.Value}' where an object belongs.");
        return false;
    }

    /// <summary>The text of one value; null: it is not set, or it is a list or an object, which is a fault.</summary>
    public string? Text(IConfigurationSection value)
    {
        if (!value.GetChildren().Any())
            return value.Value;
        faults.Add($"{Name(value)} is a list or an object where one value belongs.");
        return null;
    }

    /// <summary>The duration that a value stands for; null: it is not set or cannot be used, which is a fault.</summary>
    public TimeSpan? Duration(IConfigurationSection value) => Text(value) is { } text ? Duration(value, text) : null;

    /// <summary>One of some words, in any letter case; null: it is not set, or it is none of them, which is a fault.</summary>
    public string? Choice(IConfigurationSection value, params string[] words)
    {
        if (Text(value) is not { } text)
            return null;
        var word = Array.Find(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word is null)
            faults.Add($"{Name(value)} is '{text}', which is none of {string.Join(", ", words.Select(w => $"'{w}'"))}.");
        return word;
    }

    /// <summary>How a sentence names a value: by the setting if that is where it comes from.</summary>
    public string Name(IConfigurationSection value)
    {
        var setting = settings.GetSection($"{OverridePrefix}:{value.Path}");
        return setting.Exists() ? $"The setting {setting.Path}" : $"{HostJson.FileName}: {value.Path.Replace(':', '.')}";
    }

    private void Check(IConfigurationSection value, Type owner, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (owner == typeof(DurableTaskOptions) && property.Name == nameof(DurableTaskOptions.StorageProvider))
        {
            // An open dictionary there, from which the provider fills its own options.
            // The host.json of an app that is made for Azure Storage does for SQLite as well: what means nothing there does no harm.
            var isSqlite = SqliteProviderFactory.ProviderName.Equals(value["type"], StringComparison.OrdinalIgnoreCase);
            Check(value, typeof(AzureStorageOptions), isSqlite ? ["type", SqliteOptions.DatabasePath] : ["type"]);
        }
        else if (type.IsArray)
        {
            if (!IsObject(value))
                return;
            foreach (var element in value.GetChildren())
                _ = Text(element) is { } text ? Convert(element, text, type.GetElementType()!) : null;
        }
        else if (IsScalar(type))
        {
            if (Text(value) is { } text && Convert(value, text, type) is { } converted && !IsAllowed(owner, property, converted))
                faults.Add($"{Name(value)} is '{text}', which {owner.Name} does not allow.");
        }
        else
        {
            Check(value, type);
        }
    }

    private static bool IsScalar(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);

    /// <summary>Some of the classes check their values as they are set, and throw without a name.</summary>
    private static bool IsAllowed(Type owner, PropertyInfo property, object value)
    {
        try
        {
            property.SetValue(Activator.CreateInstance(owner), value);
            return true;
        }
        catch (TargetInvocationException)
        {
            return false;
        }
    }

    private object? Convert(IConfigurationSection value, string text, Type type)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(TimeSpan))
            return Duration(value, text);
        if (type == typeof(int))
            return Count(value, text);
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : Fault(value, text, "is neither true nor false");
        if (type.IsEnum)
        {
            return Enum.TryParse(type, text, ignoreCase: true, out var word) && Enum.IsDefined(type, word)
                ? word
                : Fault(value, text, $"is none of {string.Join(", ", Enum.GetNames(type).Select(n => $"'{n}'"))}");
        }

        try
        {
            return System.Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return Fault(value, text, "is not a number that it could be");
        }
    }

    private TimeSpan? Duration(IConfigurationSection value, string text)
    {
        // A bare number would be so many days, which nobody means.
        if (!text.Contains(':', StringComparison.Ordinal) || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration))
        {
            Fault(value, text, "is not a duration such as 00:00:02");
            return null;
        }

        if (!ValueLimits.Durations.TryGetValue(value.Path, out var limits) || (duration >= limits.Least && duration <= limits.Most))
            return duration;
        faults.Add($"{Name(value)} is '{text}'; it must be from {limits.Least:c} to {limits.Most:c}.");
        return null;
    }

    private object? Count(IConfigurationSection value, string text)
    {
        if (!ValueLimits.Counts.TryGetValue(value.Path, out var limits))
            limits = (int.MinValue, int.MaxValue);
        if (
            int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count)
            && count >= limits.Least
            && count <= limits.Most
        )
        {
            return count;
        }

        return Fault(
            value,
            text,
            limits switch
            {
                (int.MinValue, _) => "is not a whole number",
                (_, int.MaxValue) => string.Create(CultureInfo.InvariantCulture, $"is not a whole number of at least {limits.Least}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"is not a whole number from {limits.Least} to {limits.Most}"),
            }
        );
    }

    private object? Fault(IConfigurationSection value, string text, string what)
    {
        faults.Add($"{Name(value)} is '{text}', which {what}.");
        return null;
    }
}
