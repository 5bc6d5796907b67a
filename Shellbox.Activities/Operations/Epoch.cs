using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Activities.Operations;

/// <summary>
/// Counts the operations that may touch a box's placement. It grows by one with each of them, and whoever holds an older one has been
/// superseded and changes nothing. It outlives the box on its volume, so that no later owner can be taken for an earlier one.
/// </summary>
[JsonConverter(typeof(NumberConverter))]
public readonly record struct Epoch(long Value)
{
    /// <summary>No operation has touched the box yet.</summary>
    public static readonly Epoch None;

    /// <summary>The epoch of the operation that comes next.</summary>
    public Epoch Next => new(Value + 1);

    /// <summary>Whether whoever holds this one may no longer change what the other one has written.</summary>
    public bool IsOlderThan(Epoch other) => Value < other.Value;

    public static Epoch Later(Epoch one, Epoch other) => one.IsOlderThan(other) ? other : one;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>On the wire and in a payload it is a number.</summary>
    internal sealed class NumberConverter : JsonConverter<Epoch>
    {
        public override Epoch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, Epoch value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value);
    }
}
