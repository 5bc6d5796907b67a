using System.Text.Json;
using Shellbox.Contracts.Agent;
using Shellbox.Contracts.Operations;
using Xunit;

namespace Shellbox.Tests.Contracts.Agent;

/// <summary>The agent's protocol to the letter.</summary>
public sealed class AgentJsonTests
{
    [Fact]
    public void A_request_says_what_is_said_and_names_the_first_key_for_programs_of_before_the_set()
    {
        var request = new AgentRequest
        {
            Box = "vol-dev33",
            Epoch = 3,
            OperationId = "connect-1",
            AuthorizedKeys = ["ssh-ed25519 AAAA", "ssh-ed25519 BBBB"],
            KeySet = 2,
        };

        Assert.Equal(
            "{'protocol':1,'box':'vol-dev33','epoch':3,'operationId':'connect-1','authorizedKeys':['ssh-ed25519 AAAA',"
                + "'ssh-ed25519 BBBB'],'keySet':2,'authorizedKey':'ssh-ed25519 AAAA'}",
            JsonSerializer.Serialize(request, AgentJson.Default.AgentRequest).Replace('"', '\'')
        );
        Assert.Equal("""{"protocol":1}""", JsonSerializer.Serialize(new AgentStatusRequest(), AgentJson.Default.AgentStatusRequest));
    }

    [Fact]
    public void An_answer_is_read_with_what_the_program_says_beyond_it()
    {
        var answer = JsonSerializer.Deserialize(
            """
            {"ok":true,"started":true,"tier":"resumable","address":"10.0.0.4","port":2222,"hostKey":"ssh-ed25519 AAAA","accelerator":"kvm",
             "steps":[{"name":"wait-for-disk","startedAt":"2026-11-25T10:00:00.000Z","seconds":0.5,"detail":"x"}]}
            """,
            AgentJson.Default.AgentAnswer
        )!;

        Assert.Equal((true, true, Tier.Resumable, 2222), (answer.Ok, answer.Started, answer.Tier, answer.Port));
        Assert.Equal((StepName.WaitForDisk, 0.5), (Assert.Single(answer.Steps).Name, answer.Steps[0].Seconds));
    }
}
