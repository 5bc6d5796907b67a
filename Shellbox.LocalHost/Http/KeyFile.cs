using System.Text.Json;

namespace Shellbox.LocalHost.Http;

/// <summary>
/// A file of generated keys by their names. It is replaced whole, so a reader never sees a part of it, and one writer comes after the
/// other.
/// </summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads the keys; those of <paramref name="names"/> that are not there are generated and kept.</summary>
    /// <exception cref="InvalidOperationException">
    /// The file cannot be read, or another process holds it for longer than ten seconds.
    /// </exception>
    public static async Task<Dictionary<string, string>> ReadAsync(
        string path,
        IReadOnlyCollection<string> names,
        Func<string> generate,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (TryRead(path) is { } complete && names.All(complete.ContainsKey))
        {
            RestrictToOwner(path);
            return complete;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var held = await HoldAsync(path + ".lock", time, cancellationToken);

        // Another process may have been first.
        var keys = TryRead(path) ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (names.All(keys.ContainsKey))
            return keys;
        foreach (var name in names)
            keys.TryAdd(name, generate());
        Write(path, keys);
        return keys;
    }

    private static Dictionary<string, string>? TryRead(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Dictionary<string, string?>>(File.ReadAllText(path)) ?? [];
            return read.Where(k => !string.IsNullOrEmpty(k.Value))
                .ToDictionary(k => k.Key, k => k.Value!, StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The host's keys in {path} cannot be read. Delete the file to have new ones made.", e);
        }
    }

    /// <summary>The lock of the operating system on a file beside: it ends with the process that holds it, however that ends.</summary>
    private static async Task<FileStream> HoldAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return Create(path, FileMode.OpenOrCreate);
            }
            catch (IOException) when (time.GetElapsedTime(start) < MaxWait)
            {
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException($"The host's keys cannot be written: {path} cannot be had. {e.Message}", e);
            }
        }
    }

    private static void Write(string path, Dictionary<string, string> keys)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var file = Create(temporary, FileMode.CreateNew))
            {
                JsonSerializer.Serialize(file, keys, Indented);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>A file that was made by hand may be open to others.</summary>
    private static void RestrictToOwner(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            File.SetUnixFileMode(path, OwnerOnly);
    }
}
