namespace Shellbox.Benchmarks;

/// <summary>The requests that an Azurite has answered, out of its own log: whoever has sent them.</summary>
internal sealed class StorageLog(string file)
{
    /// <summary>Where the log ends at this moment.</summary>
    public long Position => new FileInfo(file).Length;

    /// <summary>What was answered since.</summary>
    public IReadOnlyList<StorageRequest> Since(long position)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = position;
        using var reader = new StreamReader(stream);
        var requests = new List<StorageRequest>();
        while (reader.ReadLine() is { } line)
        {
            if (StorageRequest.Parse(line) is { } request)
                requests.Add(request);
        }

        return requests;
    }
}
