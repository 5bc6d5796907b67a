using System.Text;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>A page of a list, of one resource group or of the subscription.</summary>
internal static class ResourceList
{
    public static ArmResponse Page<T>(SimulatedCloud cloud, ArmCall call, string type, Func<T, JsonObject> render, int? pageSize = null)
        where T : Resource
    {
        var size = pageSize ?? cloud.Options.PageSize;
        var after = Decode(call.Query("$skiptoken"));
        lock (cloud.Store.Gate)
        {
            var group = call.ResourceGroup.Length == 0 ? null : call.ResourceGroup;
            var found = cloud.Store.List<T>(type, group, after, size + 1);
            var body = new JsonObject { ["value"] = new JsonArray([.. found.Take(size).Select(render)]) };
            if (found.Count > size)
                body["nextLink"] = call.NextLink(Convert.ToBase64String(Encoding.UTF8.GetBytes(found[size - 1].Id)));
            return ArmResponse.Ok(body);
        }
    }

    private static string? Decode(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return null;
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw ArmErrors.InvalidParameter("$skiptoken", $"The value '{token}' of parameter '$skiptoken' is invalid.");
    }
}
