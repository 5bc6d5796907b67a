using System.Text.Json.Nodes;
using CsCheck;
using Shellbox.AzureSimulator.ResourceGraph;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>The subset of KQL, on rows at hand.</summary>
public sealed class KqlTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly GraphRow[] Rows =
    [
        Row(
            "vm-1",
            "Microsoft.Compute/virtualMachines",
            """{"shellbox:status":"free","shellbox:created":"2026-03-01T11:59:00Z"}""",
            """{"hardwareProfile":{"vmSize":"Standard_D4s_v5"}}"""
        ),
        Row(
            "vm-2",
            "Microsoft.Compute/virtualMachines",
            """{"shellbox:status":"Claimed"}""",
            """{"hardwareProfile":{"vmSize":"Standard_D2s_v5"}}"""
        ),
        Row("vm-3", "Microsoft.Compute/virtualMachines", "null", "{}"),
        Row("vol-1", "Microsoft.Compute/disks", """{"shellbox:status":"free"}""", """{"diskSizeGB":4,"zones":["1","2"]}"""),
        Row("vol-2", "Microsoft.Compute/disks", """{"shellbox:status":"attached"}""", """{"diskSizeGB":8}"""),
    ];

    [Theory]
    [InlineData("where type == 'microsoft.compute/disks'", "vol-1,vol-2")]
    [InlineData("where type =~ 'Microsoft.Compute/Disks' and tags['shellbox:status'] =~ 'FREE'", "vol-1")]
    [InlineData("where tags['shellbox:status'] in~ ('FREE', 'claimed')", "vm-1,vm-2,vol-1")]
    [InlineData("where tags['shellbox:status'] in ('free', 'claimed')", "vm-1,vol-1")]
    [InlineData("where tags['shellbox:status'] !in ('free')", "vm-2,vm-3,vol-2")]
    [InlineData("where name has 'vol'", "vol-1,vol-2")]
    [InlineData("where name has 'vo'", "")]
    [InlineData("where name !has 'vm'", "vol-1,vol-2")]
    [InlineData("where name contains 'M-'", "vm-1,vm-2,vm-3")]
    [InlineData("where name startswith 'vm' and not(isnotempty(tags['shellbox:status']))", "vm-3")]
    [InlineData("where isempty(tags) or name == 'vol-2'", "vm-3,vol-2")]
    [InlineData("where tostring(tags['shellbox:status']) != 'free' and type has 'disks'", "vol-2")]
    [InlineData("where properties.hardwareProfile.vmSize endswith '4s_v5'", "vm-1")]
    [InlineData("where properties.diskSizeGB >= 8", "vol-2")]
    [InlineData("where toint(properties.diskSizeGB) between (1 .. 4)", "vol-1")]
    [InlineData("where properties.zones[1] == '2'", "vol-1")]
    [InlineData("where todatetime(tags['shellbox:created']) > ago(5m)", "vm-1")]
    [InlineData("where todatetime(tags['shellbox:created']) < now() - 1h", "")]
    [InlineData("where name == 'vm-1' or name == 'vm-2' and name == 'nobody'", "vm-1")]
    [InlineData("where (name == 'vm-1' or name == 'vm-2') and name == 'nobody'", "")]
    [InlineData("order by name desc | limit 2", "vol-2,vol-1")]
    [InlineData("order by name | take 1", "vol-2")]
    [InlineData("sort by type asc, name desc | limit 3", "vol-2,vol-1,vm-3")]
    [InlineData("top 1 by name asc", "vm-1")]
    [InlineData("extend status = tolower(tostring(tags['shellbox:status'])) | where status == 'claimed' | project name, status", "vm-2")]
    [InlineData("where name == \"vm-1\" // a comment\n| where true", "vm-1")]
    [InlineData("where strcat(name, '!') == 'vm-1!' and iff(name == 'vm-1', true, false)", "vm-1")]
    public void A_query_finds(string pipeline, string names) =>
        Assert.Equal(
            names,
            string.Join(',', Run("Resources | " + pipeline).Rows.Select(r => r[Column("Resources | " + pipeline, "name")]))
        );

    [Theory]
    [InlineData(
        "summarize count() by type | order by type asc",
        "type,count_",
        "microsoft.compute/disks,2|microsoft.compute/virtualmachines,3"
    )]
    [InlineData(
        "summarize n = count(), gb = sum(toint(properties.diskSizeGB)) by type | order by n asc",
        "type,n,gb",
        "microsoft.compute/disks,2,12|microsoft.compute/virtualmachines,3,0"
    )]
    [InlineData(
        "summarize count() by tostring(tags['shellbox:status']) | order by count_ desc | limit 1",
        "tags_shellbox:status,count_",
        "free,2"
    )]
    [InlineData("where name == 'nobody' | summarize count()", "count_", "0")]
    [InlineData("where name == 'nobody' | summarize count() by type", "type,count_", "")]
    [InlineData("distinct type | order by type asc", "type", "microsoft.compute/disks|microsoft.compute/virtualmachines")]
    [InlineData("count", "Count", "5")]
    [InlineData("where name == 'vol-1' | project n = name, properties.diskSizeGB, 2 * 3", "n,properties_diskSizeGB,Column3", "vol-1,4,6")]
    [InlineData("project name, type | project-away type | limit 1", "name", "vm-1")]
    public void A_query_shapes(string pipeline, string columns, string rows)
    {
        var result = Run("Resources | " + pipeline);

        Assert.Equal(columns, string.Join(',', result.Columns.Select(c => c.Name)));
        Assert.Equal(rows, string.Join('|', result.Rows.Select(r => string.Join(',', r.Select(KqlValues.Text)))));
    }

    [Fact]
    public void Any_text_is_answered_or_refused_and_never_breaks()
    {
        string[] words =
        [
            "Resources",
            "ResourceContainers",
            "|",
            "where",
            "extend",
            "project",
            "summarize",
            "by",
            "order",
            "top",
            "limit",
            "count",
            "count()",
            "distinct",
            "project-away",
            "name",
            "type",
            "tags",
            "properties",
            "tags['shellbox:status']",
            "['x']",
            "[1]",
            "[9999999999999]",
            ".",
            "..",
            "==",
            "=~",
            "!=",
            "in~",
            "in",
            "!in",
            "has",
            "between",
            "and",
            "or",
            "not(",
            "(",
            ")",
            ",",
            "=",
            "-",
            "+",
            "*",
            "/",
            "%",
            "0",
            "1",
            "1.5",
            "1.2.3",
            "99999999999999999999",
            "5m",
            "1.2.3d",
            "99999999999999d",
            "'x'",
            "\"x\"",
            "'",
            "@'x'",
            "tostring(",
            "tostring(name)",
            "ago(",
            "ago(99999999d)",
            "now()",
            "datetime(2026-01-01)",
            "datetime(",
            "todatetime(name)",
            "sum(",
            "min(name)",
            "avg(1)",
            "iff(",
            "split(name,'')",
            "array_length(",
            "true",
            "asc",
            "desc",
            "nulls",
            "first",
            ";",
            "//",
            "\n",
            "é",
            "{",
            "!",
        ];
        var query = Gen.OneOf(
            Gen.OneOf(words).List[0, 14].Select(w => "Resources | where " + string.Join(' ', w)),
            Gen.OneOf(words).List[0, 14].Select(w => "Resources | " + string.Join(' ', w)),
            Gen.OneOf(words).List[0, 14].Select(w => string.Join(' ', w)),
            Gen.String[0, 40]
        );

        query.Sample(
            text =>
            {
                try
                {
                    _ = Run(text).Rows.Count;
                }
                catch (KqlException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            },
            iter: 5_000,
            threads: 1
        );
    }

    [Theory]
    [InlineData("(", 5_000)]
    [InlineData("not(", 5_000)]
    [InlineData("-", 50_000)]
    [InlineData("name == 'x' and ", 50_000)]
    public void A_query_that_would_run_out_of_stack_is_refused(string part, int times) =>
        Assert.Throws<KqlException>(() => Run("Resources | where " + string.Concat(Enumerable.Repeat(part, times)) + "true"));

    private static KqlTable Run(string query) =>
        KqlQuery.Run(query, table => [.. Rows.Where(r => r.Table == table).Select(r => r.Cells)], Now).Result;

    private static int Column(string query, string name) => Run(query).Columns.Select(c => c.Name).ToList().IndexOf(name);

    private static GraphRow Row(string name, string type, string tags, string properties) =>
        GraphRow.Of(
            new JsonObject
            {
                ["id"] = $"/subscriptions/s/resourceGroups/Shells/providers/{type}/{name}",
                ["name"] = name,
                ["location"] = "westeurope",
                ["tags"] = JsonNode.Parse(tags),
                ["properties"] = JsonNode.Parse(properties),
            },
            type,
            "s",
            "t"
        );
}
