using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Contracts.Audit;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Operations;
using Shellbox.Contracts.Pool;
using Shellbox.Contracts.Reconciliation;
using Xunit;

namespace Shellbox.Tests.Contracts.Http;

/// <summary>
/// The documents of docs/api.md to the letter, with apostrophes for quotation marks: as the app writes them, and as the client reads and
/// writes them.
/// </summary>
public sealed class WireTests
{
    private const string At = "'2026-11-25T10:00:00+00:00'";
    private const string EndpointJson =
        "{'host':'10.0.0.4','port':2222,'user':'root','hostKey':'ssh-ed25519 AA+A','hostKeyFingerprint':'SHA256:abc'}";
    private const string StepsJson =
        "[{'name':'claim-instance','startedAt':"
        + At
        + ",'seconds':0.02,'outcome':'done'},{'name':'x','startedAt':"
        + At
        + ",'seconds':null,'outcome':'running'}]";

    /// <summary>What MVC writes answers with: an encoder that leaves a key's plus as it is.</summary>
    private static readonly JsonSerializerOptions Mvc = new(new JsonOptions().JsonSerializerOptions)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly DateTimeOffset Time = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly Endpoint Endpoint = new("10.0.0.4", 2222, "root", "ssh-ed25519 AA+A", "SHA256:abc");
    private static readonly SortedDictionary<string, double> None = [];

    private static readonly Step[] Steps =
    [
        new(StepName.ClaimInstance, Time, 0.02, StepOutcome.Done),
        new("x", Time, null, StepOutcome.Running),
    ];

    public static TheoryData<object, string> Documents =>
        new()
        {
            {
                new Box("u", "dev33", BoxState.Held, "vol", "vm", "op", 3, 1, Endpoint, Time, Time),
                "{'userId':'u','boxName':'dev33','state':'held','volumeId':'vol','instanceId':'vm','operationId':'op','epoch':3,"
                    + $"'sessions':1,'endpoint':{EndpointJson},'lastUsed':{At},'since':{At}}}"
            },
            {
                new BoxList([new Box("u", "b", BoxState.Stopped, "vol", null, null, 0, 0, null, Time, Time)]),
                "{'boxes':[{'userId':'u','boxName':'b','state':'stopped','volumeId':'vol','instanceId':null,'operationId':null,"
                    + $"'epoch':0,'sessions':0,'endpoint':null,'lastUsed':{At},'since':{At}}}]}}"
            },
            {
                new ConnectResult("u", "dev33", "op", Tier.EmptyPool, "vm", Endpoint, Time, 9.81, Steps),
                "{'userId':'u','boxName':'dev33','operationId':'op','tier':'empty-pool','instanceId':'vm',"
                    + $"'endpoint':{EndpointJson},'requestedAt':{At},'seconds':9.81,'steps':{StepsJson}}}"
            },
            {
                new CustomStatus(StepName.StartQemu, "waiting", Time, Tier.Cold, 12.3, Steps),
                $"{{'step':'start-qemu','detail':'waiting','startedAt':{At},'tier':'cold','etaSeconds':12.3,'steps':{StepsJson}}}"
            },
            {
                new CustomStatus(StepName.Hold, "", Time, null, null, []),
                $"{{'step':'hold','detail':'','startedAt':{At},'tier':null,'etaSeconds':null,'steps':[]}}"
            },
            { new DisconnectResult("held", 0), "{'state':'held','sessions':0}" },
            { new ReleaseResult("superseded", 1.5, []), "{'state':'superseded','seconds':1.5,'steps':[]}" },
            { new DeleteResult("deleted", 4.2, []), "{'state':'deleted','seconds':4.2,'steps':[]}" },
            {
                new BoxEventList([new BoxEvent(Time, "connected", "u-dev33", "ok", "op", "vm", 9.81)], "next"),
                $"{{'events':[{{'at':{At},'kind':'connected','subject':'u-dev33','detail':'ok','operationId':'op','instanceId':'vm',"
                    + "'seconds':9.81}],'next':'next'}"
            },
            {
                new PoolReport(
                    new InstanceCounts(3, 2, 1, 0, 0, 0),
                    new VolumeCounts(24, 20),
                    new BlankBoxCounts(2, 0, 2),
                    new PoolGrowthStatus(true, "d", 0, null, 5, 10, 100),
                    null
                ),
                "{'instances':{'total':3,'free':2,'claimed':1,'quarantined':0,'creating':0,'removing':0},"
                    + "'volumes':{'total':24,'blank':20},'blankBoxes':{'ready':2,'starting':0,'wanted':2},'growth':{'enabled':true,"
                    + "'detail':'d','failures':0,'retryAt':null,'minimum':5,'maximum':10,'total':100},'paused':null}"
            },
            { new PoolPause("why", Time), $"{{'reason':'why','since':{At}}}" },
            { new PoolPauseState(false, null, null), "{'paused':false,'reason':null,'since':null}" },
            {
                new PoolCost(
                    null,
                    new SortedDictionary<string, double> { ["free"] = 120, ["claimed"] = 31.5 },
                    None,
                    [new PoolCostDay("2026-11-25", new SortedDictionary<string, double> { ["free"] = 5 }, None)]
                ),
                "{'sampledAt':null,'instanceHours':{'claimed':31.5,'free':120},'diskHours':{},'days':[{'day':'2026-11-25',"
                    + "'instanceHours':{'free':5},'diskHours':{}}]}"
            },
            {
                new PoolRunReport(["vm-1"], [], [new PoolOperationResult("vol", "created", null, 1, [])], [], "why"),
                "{'creating':['vm-1'],'removing':[],'volumes':[{'id':'vol','state':'created','failure':null,'seconds':1,'steps':[]}],"
                    + "'blankBoxes':[],'detail':'why'}"
            },
            {
                new FleetAdoption(3, 1, 1, 1, 1, [new SkippedResource("/vm", "why")]),
                "{'instances':3,'volumes':1,'boxes':1,'running':1,'skippedCount':1,'skipped':[{'resourceId':'/vm','reason':'why'}]}"
            },
            {
                new ReconciliationReport(
                    Time,
                    Time,
                    false,
                    4,
                    6,
                    2,
                    2,
                    3,
                    1,
                    [new FindingCount("stale-tag", "repaired", 1)],
                    [new SkipCount("age-guard", 2)],
                    [new Finding("stale-tag", "/vm", "d", "repaired")]
                ),
                $"{{'startedAt':{At},'finishedAt':{At},'dryRun':false,'resources':4,'rows':6,'pages':2,'queries':2,'checks':3,"
                    + "'repairs':1,'counts':[{'kind':'stale-tag','action':'repaired','count':1}],'skipped':[{'reason':'age-guard',"
                    + "'count':2}],'findings':[{'kind':'stale-tag','resourceId':'/vm','detail':'d','action':'repaired'}]}"
            },
            {
                Problem.Of(ProblemName.BoxNotFound, 404, "There is no such box.", "The user has none."),
                "{'type':'https://shellbox.dev/problems/box-not-found','title':'There is no such box.','status':404,"
                    + "'detail':'The user has none.'}"
            },
            { new ConnectRequest("ssh-ed25519 AAAA"), "{'publicKey':'ssh-ed25519 AAAA'}" },
            { new CreateRequest(null), "{'volumeId':null}" },
            { new DisconnectRequest("s", 0), "{'sessionId':'s','hold':0}" },
            { new HeartbeatRequest("s"), "{'sessionId':'s'}" },
            { new PauseRequest(true, null), "{'paused':true,'reason':null}" },
        };

    [Theory]
    [MemberData(nameof(Documents), DisableDiscoveryEnumeration = true)]
    public void A_document_is_written_to_the_letter_and_read_again(object document, string expected)
    {
        var type = document.GetType();
        var json = expected.Replace('\'', '"');
        var generated = new ApiJson(new JsonSerializerOptions(ApiJson.Default.Options) { Encoder = Mvc.Encoder }).GetTypeInfo(type)!;

        Assert.Equal(json, JsonSerializer.Serialize(document, type, Mvc));
        Assert.Equal(json, JsonSerializer.Serialize(document, generated));
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, generated), generated));
    }
}
