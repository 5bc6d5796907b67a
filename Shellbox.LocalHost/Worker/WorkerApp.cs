using System.Text.Json;

namespace Shellbox.LocalHost.Worker;

/// <summary>What a build of a Functions app says of itself: how its worker is run, and which host extensions it was built for.</summary>
/// <param name="Directory">The build's or the publish's output.</param>
/// <param name="Executable">What runs the assembly.</param>
/// <param name="Assembly">The full path of the app's assembly.</param>
/// <param name="Extensions">The names of the host extensions that it needs.</param>
internal sealed record WorkerApp(string Directory, string Executable, string Assembly, IReadOnlyList<string> Extensions)
{
    /// <summary>The one kind of worker that this host runs.</summary>
    public const string Runtime = "dotnet-isolated";

    private const string WorkerFile = "worker.config.json";
    private const string ExtensionsFile = "extensions.json";

    /// <summary>Reads the output of a build.</summary>
    /// <param name="directory">Where it lies.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <returns>The app; null when there is a fault.</returns>
    public static WorkerApp? Read(string directory, List<string> faults)
    {
        directory = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(directory))
        {
            faults.Add($"The app's folder {directory} does not exist. Build the app with 'dotnet publish' and name its output.");
            return null;
        }

        if (ReadJson(Path.Combine(directory, WorkerFile), faults) is not { } worker)
            return null;
        var description = worker.TryGetProperty("description", out var d) ? d : default;
        var (language, executable, assembly) = (
            Text(description, "language"),
            Text(description, "defaultExecutablePath"),
            Text(description, "defaultWorkerPath")
        );
        if (executable is null || assembly is null || language != Runtime)
        {
            faults.Add($"{Path.Combine(directory, WorkerFile)} describes no worker of the kind '{Runtime}', the one that this host runs.");
            return null;
        }

        var path = Path.Combine(directory, assembly);
        if (!File.Exists(path))
            faults.Add($"The app's assembly {path} is missing; build the app again.");

        var extensions = new List<string>();
        if (
            File.Exists(Path.Combine(directory, ExtensionsFile))
            && ReadJson(Path.Combine(directory, ExtensionsFile), faults) is { } file
            && file.TryGetProperty("extensions", out var list)
            && list.ValueKind is JsonValueKind.Array
        )
        {
            extensions.AddRange(list.EnumerateArray().Select(e => Text(e, "name")).OfType<string>());
        }

        return faults.Count == 0 ? new WorkerApp(directory, executable, path, extensions) : null;
    }

    private static JsonElement? ReadJson(string path, List<string> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document.RootElement.Clone();
            faults.Add($"{path} is no JSON object.");
        }
        catch (FileNotFoundException)
        {
            faults.Add($"{path} is missing: this folder is not the output of a Functions app's build. Use that of 'dotnet publish'.");
        }
        catch (JsonException e)
        {
            faults.Add($"{path} is not valid JSON: {e.Message}");
        }

        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
