using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Contracts;

/// <summary>
/// An enum in JSON as the word that the API has for it: <c>empty-pool</c> for <c>EmptyPool</c>. Words of any case are read, and the
/// numbers that Durable payloads of earlier builds have.
/// </summary>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: true)
    where T : struct, Enum;
