using System.Diagnostics.CodeAnalysis;
using DurableTask.Core;
using DurableTask.Core.History;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// The texts that messages, events and states are stored as. Their types are named by words of a closed list, so that a file cannot name
/// others.
/// </summary>
internal static class HubJson
{
    private static readonly JsonSerializer Stored = JsonSerializer.Create(
        new JsonSerializerSettings
        {
            TypeNameHandling = TypeNameHandling.Auto,
            SerializationBinder = new ClosedList(),
            NullValueHandling = NullValueHandling.Ignore,
            DateParseHandling = DateParseHandling.None,
            MaxDepth = null,
        }
    );

    public static string Write<T>(T value)
    {
        using var text = new StringWriter();
        Stored.Serialize(text, value, typeof(T));
        return text.ToString();
    }

    public static T Read<T>(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text));
        return Stored.Deserialize<T>(reader)!;
    }

    /// <summary>The state without what has columns of its own.</summary>
    public static string WriteState(OrchestrationState state)
    {
        var (input, output) = (state.Input, state.Output);
        (state.Input, state.Output) = (null, null);
        var text = Write(state);
        (state.Input, state.Output) = (input, output);
        return text;
    }

    /// <summary>As the extension reads it: an array of events without the names of their types.</summary>
    public static string WritePlain(IEnumerable<HistoryEvent> events) => JsonConvert.SerializeObject(events);

    private sealed class ClosedList : ISerializationBinder
    {
        private readonly Dictionary<string, Type> _types = HistoryEvent
            .KnownTypes()
            .Concat([typeof(Dictionary<string, string>), typeof(Dictionary<string, object>), typeof(List<object>)])
            .ToDictionary(Name);

        public void BindToName(Type serializedType, out string? assemblyName, [NotNull] out string? typeName)
        {
            (assemblyName, typeName) = (null, Name(serializedType));
            _ = BindToType(null, typeName);
        }

        public Type BindToType(string? assemblyName, string typeName) =>
            _types.TryGetValue(typeName, out var type)
                ? type
                : throw new JsonSerializationException($"'{typeName}' is none of the types that are stored.");

        private static string Name(Type type) =>
            type.IsGenericType ? $"{type.Name}({string.Join('+', type.GetGenericArguments().Select(Name))})" : type.Name;
    }
}
