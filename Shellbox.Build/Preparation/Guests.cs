using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>What a box runs; guest/build.sh makes it, unless it is there already.</summary>
internal sealed class Guests(Repository repository, ToolRunner tools, RootAccess root)
{
    public const string Small = "small";
    public const string Debian = "debian";

    private readonly DebianPackages _packages = new(tools, root);

    /// <exception cref="BuildException">A guest could not be built.</exception>
    public async Task BuildAsync(IReadOnlyList<string> guests, CancellationToken cancellationToken)
    {
        foreach (var guest in guests)
        {
            var output = repository.File("artifacts", guest == Small ? "guest" : $"guest-{guest}");
            // The guest's kernel comes by download.
            if (
                !File.Exists(Path.Combine(output, "manifest.json"))
                && !await _packages.KnowsAsync("linux-image-cloud-amd64", cancellationToken)
            )
            {
                Say.Line("Updating the package lists (for the guest's kernel)");
                await _packages.UpdateListsAsync(cancellationToken);
            }

            var build = root.Command(repository.File("guest", "build.sh"), "--guest", guest, output);
            if (await tools.RunAsync(build, Say.Line, cancellationToken: cancellationToken) != 0)
                throw new BuildException("The guest could not be built; see its errors above.");
        }
    }
}
