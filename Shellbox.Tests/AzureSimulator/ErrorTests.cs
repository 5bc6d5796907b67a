using System.Text;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>What is wrong with a request is said in Azure's codes, and loses nothing.</summary>
public sealed class ErrorTests
{
    [Fact]
    public async Task Only_a_token_for_this_audience_that_has_not_expired_gets_in()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var good = azure.Simulator.CreateToken();
        var parts = good.Split('.');
        string?[] bad =
        [
            null,
            "Basic dXNlcjpwYXNz",
            "Bearer ",
            "Bearer nonsense",
            "Bearer a.b.c",
            $"Bearer {parts[0]}.{parts[1]}.{parts[2][..^2]}",
            "Bearer " + azure.Simulator.CreateToken(audience: "https://storage.azure.com"),
            "Bearer " + azure.Simulator.CreateToken(lifetime: TimeSpan.FromMinutes(-1)),
        ];

        foreach (var authorization in bad)
        {
            var refused = await azure.SendAsAsync(authorization, "GET", $"{azure.VirtualMachine("vm-0001")}?api-version=2024-07-01", null);

            Assert.Equal((401, "AuthenticationFailed"), (refused.Status, refused.Code));
            Assert.StartsWith("Bearer ", refused.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }

        Assert.Equal(
            200,
            (
                await azure.SendAsAsync(
                    "Bearer " + azure.Simulator.CreateToken("https://management.azure.com/"),
                    "GET",
                    $"{azure.Group}?api-version=2021-04-01",
                    null
                )
            ).Status
        );
    }

    [Theory]
    [InlineData("", "MissingApiVersionParameter")]
    [InlineData("?api-version=", "MissingApiVersionParameter")]
    [InlineData("?api-version=2015-06-15", "NoRegisteredProviderFound")]
    [InlineData("?api-version=tomorrow", "NoRegisteredProviderFound")]
    public async Task An_api_version_that_is_not_there_is_refused_with_those_that_are(string query, string code)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        var refused = await azure.SendAsync("GET", azure.VirtualMachine("vm-0001") + query);

        Assert.Equal((400, code), (refused.Status, refused.Code));
        Assert.Equal(code == "NoRegisteredProviderFound", refused.Message.Contains("2024-07-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_api_version_of_Resource_Manager_itself_is_refused_in_its_own_words()
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync("GET", $"{azure.Group}?api-version=2001-01-01");

        Assert.Equal((400, "InvalidApiVersionParameter"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData(
        "GET",
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shellbox?api-version=2021-04-01",
        404,
        "SubscriptionNotFound"
    )]
    [InlineData(
        "GET",
        "{subscription}/resourceGroups/gone/providers/Microsoft.Compute/virtualMachines/vm?api-version=2024-07-01",
        404,
        "ResourceGroupNotFound"
    )]
    [InlineData("GET", "{group}/providers/Microsoft.Compute/virtualMachines/gone?api-version=2024-07-01", 404, "ResourceNotFound")]
    [InlineData("PATCH", "{group}/providers/Microsoft.Compute/virtualMachines/gone?api-version=2024-07-01", 404, "ResourceNotFound")]
    [InlineData("POST", "{group}/providers/Microsoft.Compute/virtualMachines/gone/start?api-version=2024-07-01", 404, "ResourceNotFound")]
    [InlineData("GET", "{group}/providers/Microsoft.Compute/disks/gone?api-version=2023-10-02", 404, "ResourceNotFound")]
    [InlineData(
        "GET",
        "{group}/providers/Microsoft.Compute/disks/gone/providers/Microsoft.Resources/tags/default?api-version=2021-04-01",
        404,
        "ResourceNotFound"
    )]
    [InlineData("GET", "{group}/providers/Microsoft.Compute/galleries/g?api-version=2023-07-03", 404, "InvalidResourceType")]
    [InlineData(
        "GET",
        "{group}/providers/Microsoft.Compute/virtualMachines/vm?api-version=2024-07-01&$expand=everything",
        400,
        "InvalidParameter"
    )]
    [InlineData(
        "GET",
        "{group}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01&$skiptoken=%25",
        400,
        "InvalidParameter"
    )]
    [InlineData("DELETE", "{group}/providers/Microsoft.Compute/virtualMachines/gone?api-version=2024-07-01", 204, null)]
    public async Task What_is_not_there_is_not_found(string method, string path, int status, string? code)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm"]));

        var answer = await azure.SendAsync(
            method,
            path.Replace("{subscription}", azure.Subscription, StringComparison.Ordinal)
                .Replace("{group}", azure.Group, StringComparison.Ordinal),
            method is "PATCH" or "POST" ? "{}" : null
        );

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("", "InvalidRequestContent")]
    [InlineData("{", "InvalidRequestContent")]
    [InlineData("[]", "InvalidRequestContent")]
    [InlineData("null", "InvalidRequestContent")]
    [InlineData("\"text\"", "InvalidRequestContent")]
    [InlineData("""{"tags":{"a":"1","a":"2"}}""", "InvalidRequestContent")]
    [InlineData("""{"tags":"red"}""", "InvalidRequestContent")]
    [InlineData("""{"properties":[]}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"hardwareProfile":{"vmSize":4}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"storageProfile":{"dataDisks":{}}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"storageProfile":{"dataDisks":[null]}}}""", "InvalidParameter")]
    [InlineData("""{"properties":{"storageProfile":{"dataDisks":[{"lun":0.5,"createOption":"Attach"}]}}}""", "InvalidParameter")]
    [InlineData("""{"properties":{"storageProfile":{"dataDisks":[{"lun":-1,"createOption":"Attach"}]}}}""", "InvalidParameter")]
    [InlineData("""{"properties":{"storageProfile":{"dataDisks":[{"lun":0,"createOption":"Empty"}]}}}""", "InvalidParameter")]
    [InlineData(
        """{"properties":{"storageProfile":{"dataDisks":[{"lun":0,"createOption":"Empty","diskSizeGB":99999999}]}}}""",
        "InvalidParameter"
    )]
    [InlineData(
        """{"properties":{"storageProfile":{"dataDisks":[{"lun":0,"createOption":"Empty","diskSizeGB":1,"name":"../../etc/passwd"}]}}}""",
        "InvalidParameter"
    )]
    [InlineData(
        """{"properties":{"storageProfile":{"dataDisks":[{"lun":0,"createOption":"Attach","managedDisk":{"id":"vol"}}]}}}""",
        "InvalidParameter"
    )]
    public async Task A_body_that_makes_no_sense_is_refused_and_changes_nothing(string body, string code)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var before = await azure.GetAsync(azure.VirtualMachine("vm-0001"), "2024-07-01");

        var refused = await azure.PatchAsync("vm-0001", body);

        Assert.Equal((400, code), (refused.Status, refused.Code));
        Assert.NotEmpty(refused.Message);
        Assert.Equal(before.ToJsonString(), (await azure.GetAsync(azure.VirtualMachine("vm-0001"), "2024-07-01")).ToJsonString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_as_well()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var url = $"{azure.VirtualMachine("vm-0001")}?api-version=2024-07-01";
        byte[][] bodies =
        [
            [0xFF, 0xFE, 0x00],
            [.. "{\"tags\":{\"a\":\""u8, 0xC3, 0x28, .. "\"}}"u8],
            [.. "{\"tags\":{\"a\":\"\\ud800\"}}"u8],
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 20_000))),
        ];

        foreach (var body in bodies)
        {
            var refused = await azure.SendAsAsync($"Bearer {azure.Simulator.CreateToken()}", "PATCH", url, body);

            Assert.Equal((400, "InvalidRequestContent"), (refused.Status, refused.Code));
        }
    }

    [Theory]
    [InlineData("vm%2F1")]
    [InlineData("-vm")]
    [InlineData("v%20m")]
    [InlineData("%F0%9F%90%9A")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync(
            "PUT",
            $"{azure.Disk(name)}?api-version={TestAzure.DisksVersion}",
            """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}"""
        );

        Assert.InRange(refused.Status, 400, 404);
        Assert.NotNull(refused.Code);
    }

    [Fact]
    public async Task A_VM_whose_OS_disk_cannot_be_had_leaves_no_interface_behind()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(disks: ["os"]));

        var refused = await azure.SendAsync(
            "PUT",
            $"{azure.VirtualMachine("vm-0001")}?api-version=2024-07-01",
            """
            {"location":"westeurope","properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},
             "storageProfile":{"osDisk":{"createOption":"FromImage","name":"os"}},
             "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"nic","properties":{}}]}}}
            """
        );

        Assert.Equal((409, "ConflictingUserInput"), (refused.Status, refused.Code));
        Assert.Empty(
            (System.Text.Json.Nodes.JsonArray)
                (await azure.GetAsync($"{azure.Group}/providers/Microsoft.Network/networkInterfaces", "2023-09-01"))["value"]!
        );
    }

    [Fact]
    public async Task Every_answer_carries_the_ids_that_support_would_ask_for_and_the_log_has_them()
    {
        await using var azure = await TestAzure.StartAsync();

        var answer = await azure.SendAsync("GET", $"{azure.Group}?api-version=2021-04-01", null, ("x-ms-client-request-id", "mine"));

        Assert.Equal("mine", answer.Headers["x-ms-client-request-id"]);
        Assert.Equal(answer.Headers["x-ms-request-id"], Assert.Single(azure.Simulator.Requests).RequestId);
        Assert.Equal("ResourceGroups_Get", azure.Simulator.Requests.Single().Operation);
    }

    [Theory]
    [InlineData("""{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},"storageProfile":{}}""", "InvalidParameter")]
    [InlineData("""{"storageProfile":{},"networkProfile":{"networkInterfaces":[]}}""", "InvalidParameter")]
    [InlineData(
        """{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},"networkProfile":{"networkInterfaces":[{"id":"/nowhere"}]}}""",
        "InvalidResourceReference"
    )]
    [InlineData(
        """{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},"networkProfile":{"networkInterfaceConfigurations":[{"name":"nic"}]}}""",
        "InvalidParameter"
    )]
    [InlineData(
        """
            {"hardwareProfile":{"vmSize":"Standard_D2s_v5"},
             "osProfile":{"linuxConfiguration":{"ssh":{"publicKeys":[{"keyData":"one line\nand another"}]}}}}
            """,
        "InvalidParameter"
    )]
    public async Task What_is_no_VM_is_refused_and_leaves_nothing_behind(string properties, string code)
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync(
            "PUT",
            $"{azure.VirtualMachine("vm-0001")}?api-version=2024-07-01",
            $$"""{"location":"westeurope","properties":{{properties}}}"""
        );

        Assert.Equal((400, code), (refused.Status, refused.Code));
        foreach (
            var type in new[] { "Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks", "Microsoft.Network/networkInterfaces" }
        )
        {
            var version =
                type.StartsWith("Microsoft.Network", StringComparison.Ordinal) ? "2023-09-01"
                : type.EndsWith("disks", StringComparison.Ordinal) ? TestAzure.DisksVersion
                : "2024-07-01";
            Assert.Empty((System.Text.Json.Nodes.JsonArray)(await azure.GetAsync($"{azure.Group}/providers/{type}", version))["value"]!);
        }
    }
}
