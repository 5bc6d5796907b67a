namespace Shellbox.AzureSimulator.Instances;

/// <summary>A mount of this machine.</summary>
/// <param name="Root">The part of the filesystem that it shows.</param>
/// <param name="Target">Where.</param>
/// <param name="Type">The filesystem's type.</param>
/// <param name="Source">From what.</param>
/// <param name="Options">The filesystem's own options, with commas.</param>
internal sealed record Mount(string Root, string Target, string Type, string Source, string Options);
