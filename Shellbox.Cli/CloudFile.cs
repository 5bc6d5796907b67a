using System.Text.Json;

namespace Shellbox.Cli;

/// <summary>
/// <c>cloud.json</c> in the local cloud's state directory: how to reach the cloud that runs there. It is written when the cloud stands and
/// removed when it stops.
/// </summary>
internal sealed record CloudFile(
    Uri Url,
    string FunctionKey,
    string AdminKey,
    string IdentityFile,
    string StorageConnectionString,
    IReadOnlyDictionary<string, int> Processes
)
{
    public const string FileName = "cloud.json";

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
