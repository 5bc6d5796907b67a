using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Shellbox.Functions.Http;

/// <summary>Reads what a request brings along.</summary>
internal static class Requests
{
    /// <summary>The load balancer in front of Azure Functions cuts a request off after 230 s.</summary>
    public static readonly TimeSpan MaximumWait = TimeSpan.FromSeconds(230);

    private const int MaximumBody = 64 * 1024;

    /// <exception cref="BadHttpRequestException"><c>wait</c> is not a number of seconds within bounds.</exception>
    public static TimeSpan ReadWait(this HttpRequest request)
    {
        var text = request.Query["wait"].ToString();
        if (text.Length == 0)
            return TimeSpan.Zero;
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= MaximumWait.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new BadHttpRequestException(
                $"'wait' is the number of seconds to wait, from 0 to {MaximumWait.TotalSeconds:0}; it was '{text}'."
            );
    }

    /// <exception cref="BadHttpRequestException">It is neither <c>true</c> nor <c>false</c>.</exception>
    public static bool ReadFlag(this HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0)
            return false;
        return bool.TryParse(text, out var flag) ? flag : throw new BadHttpRequestException($"'{name}' is true or false; it was '{text}'.");
    }

    /// <summary>The body as JSON; null when there is none.</summary>
    /// <exception cref="BadHttpRequestException">It is not JSON of the expected form, or too long.</exception>
    public static async Task<T?> ReadBodyAsync<T>(this HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var buffer = new MemoryStream();
        var chunk = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > MaximumBody)
                throw new BadHttpRequestException($"The body is longer than {MaximumBody} bytes.");
            buffer.Write(chunk, 0, read);
        }

        if (buffer.Length == 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize(buffer.ToArray(), type);
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException($"The body is not JSON of the expected form: {e.Message}");
        }
    }
}
