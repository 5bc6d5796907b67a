using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Shellbox.Contracts.Http;

/// <summary>An answer as the app wrote it, for whoever passes it on, and what it says.</summary>
/// <typeparam name="T">What it should be.</typeparam>
public sealed class ApiDocument<T>
    where T : class
{
    private readonly JsonTypeInfo<T> _type;
    private readonly Uri _address;

    internal ApiDocument(JsonElement json, JsonTypeInfo<T> type, Uri address) => (Json, _type, _address) = (json, type, address);

    /// <summary>All of it: an app of a later version may say more than this client knows.</summary>
    public JsonElement Json { get; }

    /// <exception cref="UnreadableAnswerException">It is of another form.</exception>
    public T Read()
    {
        try
        {
            return (Json.ValueKind == JsonValueKind.Object ? Json.Deserialize(_type) : null)
                ?? throw ShellboxClient.Unreadable(_address, null);
        }
        catch (JsonException failure)
        {
            throw ShellboxClient.Unreadable(_address, failure);
        }
    }
}
