using Google.Protobuf;
using Microsoft.Azure.WebJobs;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Functions;

/// <summary>Values on the wire between host and worker.</summary>
internal static class TypedDataConversion
{
    /// <summary>Dates stay texts: what they mean is for the worker to say.</summary>
    private static readonly JsonSerializerSettings WithoutDateParsing = new() { DateParseHandling = DateParseHandling.None };

    public static TypedData ToTypedData(this object? value) =>
        value switch
        {
            null => new TypedData(),
            string text => new TypedData { String = text },
            byte[] bytes => new TypedData { Bytes = ByteString.CopyFrom(bytes) },
            double number => new TypedData { Double = number },
            JToken json => new TypedData { Json = json.ToString(Formatting.None) },
            ParameterBindingData data => new TypedData
            {
                ModelBindingData = new ModelBindingData
                {
                    Version = data.Version,
                    Source = data.Source,
                    ContentType = data.ContentType,
                    Content = ByteString.CopyFrom(data.Content),
                },
            },
            _ => new TypedData { Json = JsonConvert.SerializeObject(value) },
        };

    public static object? ToObject(this TypedData? data) =>
        data?.DataCase switch
        {
            TypedData.DataOneofCase.String => data.String,
            TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(data.Json, WithoutDateParsing),
            TypedData.DataOneofCase.Bytes => data.Bytes.ToByteArray(),
            TypedData.DataOneofCase.Stream => data.Stream.ToByteArray(),
            TypedData.DataOneofCase.Double => data.Double,
            TypedData.DataOneofCase.Int => data.Int,
            _ => null,
        };
}
