using Shellbox.Activities.State;

namespace Shellbox.Activities.Azure;

/// <summary>The tags of Shellbox: a mirror of the tables, for people and for disaster recovery.</summary>
public static class ShellboxTags
{
    public const string Prefix = "shellbox:";
    public const string Role = Prefix + "role";
    public const string Status = Prefix + "status";
    public const string Created = Prefix + "created";
    public const string LastUsed = Prefix + "lastused";
    public const string VolumeId = Prefix + "volumeid";
    public const string InstanceId = Prefix + "instanceid";
    public const string UserId = Prefix + "userid";
    public const string BoxName = Prefix + "boxname";

    public const string InstanceRole = "instance";
    public const string VolumeRole = "volume";
    public const string BlankStatus = "blank";

    /// <summary>What the tags of an instance have to say. <see cref="Created"/> is its maker's and stays as it is.</summary>
    public static Dictionary<string, string> Of(InstanceRow row)
    {
        var tags = new Dictionary<string, string>
        {
            [Role] = InstanceRole,
            [Status] = row.State.ToString().ToLowerInvariant(),
            [InstanceId] = row.Id,
        };
        if (row.ClaimedBy is { } box)
        {
            tags[UserId] = box.UserId;
            tags[BoxName] = box.BoxName;
        }

        if (row.VolumeId is not null)
            tags[VolumeId] = row.VolumeId;
        return tags;
    }

    /// <summary>Where a volume stands, in one word.</summary>
    public static string StatusOf(VolumeRow row) =>
        row.State switch
        {
            VolumeState.Blank => BlankStatus,
            VolumeState.Deleting => "deleting",
            _ => row.AttachedTo is null ? "detached" : "attached",
        };

    /// <summary>What the tags of a volume have to say.</summary>
    public static Dictionary<string, string> Of(VolumeRow row, BoxRow? box)
    {
        var tags = new Dictionary<string, string>
        {
            [Role] = VolumeRole,
            [Status] = StatusOf(row),
            [VolumeId] = row.Id,
        };
        if (row.Owner is { } owner)
        {
            tags[UserId] = owner.UserId;
            tags[BoxName] = owner.BoxName;
        }

        if (row.AttachedTo is not null)
            tags[InstanceId] = row.AttachedTo;
        if (box is not null)
            tags[LastUsed] = box.LastUsed.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        return tags;
    }

    /// <summary>The value of a tag, whose name knows no case; null when there is none.</summary>
    public static string? Find(IEnumerable<KeyValuePair<string, string>> tags, string name) =>
        tags.FirstOrDefault(t => t.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Whether there is a <see cref="Difference"/>: asked of every resource there is, so without making lists.</summary>
    public static bool Differs(IReadOnlyDictionary<string, string> actual, IReadOnlyDictionary<string, string> wanted)
    {
        foreach (var (name, value) in wanted)
        {
            if (!actual.TryGetValue(name, out var now) || now != value)
            {
                // Tag names know no case; another spelling is rare enough to be compared the long way.
                return Difference(actual, wanted) is not ({ Count: 0 }, { Count: 0 });
            }
        }

        foreach (var name in actual.Keys)
        {
            if (
                name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && !wanted.ContainsKey(name)
                && !name.Equals(Created, StringComparison.OrdinalIgnoreCase)
                && !name.Equals(LastUsed, StringComparison.OrdinalIgnoreCase)
            )
            {
                return Difference(actual, wanted) is not ({ Count: 0 }, { Count: 0 });
            }
        }

        return false;
    }

    /// <summary>
    /// What to set and what to remove so that the tags say what they have to; foreign tags are left alone.
    /// </summary>
    public static (Dictionary<string, string> Set, List<string> Remove) Difference(
        IEnumerable<KeyValuePair<string, string>> actual,
        IReadOnlyDictionary<string, string> wanted
    )
    {
        var mine = actual
            .Where(t => t.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(t => t.Key, t => t.Value, StringComparer.OrdinalIgnoreCase);
        var set = wanted.Where(t => !mine.TryGetValue(t.Key, out var value) || value != t.Value).ToDictionary();
        var remove = mine
            .Keys.Where(k =>
                !wanted.ContainsKey(k)
                && !k.Equals(Created, StringComparison.OrdinalIgnoreCase)
                && !k.Equals(LastUsed, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        return (set, remove);
    }
}
