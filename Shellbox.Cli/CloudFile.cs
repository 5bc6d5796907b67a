using System.Text.Json;

namespace Shellbox.Cli;

/// <summary>
/// <c>cloud.json</c> in the local cloud's state directory: how to reach the cloud that runs there. It is written when the cloud stands and
/// removed when it stops.
/// </summary>
internal sealed record CloudFile
{
    public const string FileName = "cloud.json";

    public required Uri Url { get; init; }

    public required string FunctionKey { get; init; }

    public required string AdminKey { get; init; }

    /// <summary>The user's private SSH key.</summary>
    public required string IdentityFile { get; init; }

    public required string StorageConnectionString { get; init; }

    /// <summary>The ids of the cloud's processes, by the names of their logs.</summary>
    public required IReadOnlyDictionary<string, int> Processes { get; init; }

    public static CloudFile? TryRead(string stateDirectory)
    {
        var path = Path.Combine(stateDirectory, FileName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), CloudFileJson.Default.CloudFile);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CliException(
                ExitCode.NotAuthorised,
                $"{path} cannot be read: the local cloud was started by another user. Run this command as that user.",
                failure
            );
        }
        catch (JsonException failure)
        {
            throw new CliException(
                ExitCode.Usage,
                $"{path} is not readable as JSON. Start the local cloud again with './shellbox up'.",
                failure
            );
        }
    }

    /// <summary>Written whole or not at all, and readable by its owner alone: it holds the keys.</summary>
    public void Write(string stateDirectory) =>
        PrivateFile.Write(Path.Combine(stateDirectory, FileName), JsonSerializer.Serialize(this, CloudFileJson.Default.CloudFile) + "\n");
}
