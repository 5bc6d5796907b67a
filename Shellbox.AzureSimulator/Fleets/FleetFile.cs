using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.AzureSimulator.Fleets;

/// <summary>Reads a fleet from JSON and checks it.</summary>
internal static class FleetFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="SimulatorStartException">The file cannot be read or a member is wrong; the message names it.</exception>
    public static FleetDescription Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorStartException($"The fleet file {path} cannot be read: {e.Message}", e);
        }

        try
        {
            var fleet =
                JsonSerializer.Deserialize<FleetDescription>(text, Json)
                ?? throw new SimulatorStartException($"The fleet file {path} is empty.");
            Check(fleet);
            return fleet;
        }
        catch (JsonException e)
        {
            throw new SimulatorStartException(
                $"The fleet file {path} is wrong at {e.Path ?? "$"} (line {e.LineNumber + 1}): {FirstSentence(e.Message)}",
                e
            );
        }
        catch (SimulatorStartException e)
        {
            throw new SimulatorStartException($"The fleet file {path} is wrong: {e.Message}", e);
        }
    }

    /// <exception cref="SimulatorStartException">A member is wrong; the message names it.</exception>
    public static void Check(FleetDescription fleet)
    {
        var vms = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var disks = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var attached = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fleet.Disks.Count; i++)
        {
            var (disk, at) = (fleet.Disks[i], $"disks[{i}]");
            Name(disk.Name, at);
            Require(disks.Add(disk.Name), $"{at}.name '{disk.Name}' is there twice.");
            Require(disk.SizeGB is >= 1 and <= 65536, $"{at}.sizeGB is {disk.SizeGB}; it is a number from 1 to 65536.");
            Require(
                disk.ContentFile is null || Path.IsPathRooted(disk.ContentFile),
                $"{at}.contentFile '{disk.ContentFile}' is not an absolute path."
            );
            Require(disk.ContentFile is null || File.Exists(disk.ContentFile), $"{at}.contentFile '{disk.ContentFile}' does not exist.");
            Tags(disk.Tags, at);
        }

        for (var i = 0; i < fleet.VirtualMachines.Count; i++)
        {
            var (vm, at) = (fleet.VirtualMachines[i], $"virtualMachines[{i}]");
            Name(vm.Name, at);
            Require(vms.Add(vm.Name), $"{at}.name '{vm.Name}' is there twice.");
            Require(!string.IsNullOrWhiteSpace(vm.AdminUsername), $"{at}.adminUsername is empty.");
            foreach (var key in vm.SshPublicKeys)
                Require(
                    key.Split(' ').Length >= 2 && !key.Contains('\n', StringComparison.Ordinal),
                    $"{at}.sshPublicKeys holds something that is not a public key in OpenSSH's one-line format."
                );
            foreach (var (lun, disk) in vm.DataDisks)
            {
                Require(lun is >= 0 and <= 63, $"{at}.dataDisks has the LUN {lun}; it is a number from 0 to 63.");
                Require(disks.Contains(disk), $"{at}.dataDisks names the disk '{disk}', which is not among disks.");
                Require(attached.Add(disk), $"{at}.dataDisks names the disk '{disk}', which another entry has already.");
            }

            Tags(vm.Tags, at);
        }
    }

    private static void Name(string name, string at) =>
        Require(
            Resources.ResourceNames.IsValid(name),
            $"{at}.name '{name}' is not a resource name (letters, digits, '-', '_' and '.', at most 80)."
        );

    private static void Tags(IReadOnlyDictionary<string, string> tags, string at) =>
        Require(tags.Count <= 50, $"{at}.tags has {tags.Count} entries; Azure takes 50.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new SimulatorStartException(message);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
