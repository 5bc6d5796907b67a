using System.Buffers.Text;
using System.Text;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>The body of a message, whichever way it was written.</summary>
internal static class MessageText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes Base64 that holds text; anything else is taken as it is.</summary>
    public static BinaryData Decode(string body, bool base64)
    {
        if (!base64 || !Base64.IsValid(body))
            return BinaryData.FromString(body);
        var bytes = Convert.FromBase64String(body);
        try
        {
            _ = Strict.GetCharCount(bytes);
            return BinaryData.FromBytes(bytes);
        }
        catch (DecoderFallbackException)
        {
            return BinaryData.FromString(body);
        }
    }
}
