using Shellbox.Contracts.Operations;
using Xunit;

namespace Shellbox.Tests.Contracts;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData(
        "Shellbox.Functions.Connect.ConnectFailedException: start-qemu: no disk",
        "Shellbox.Functions.Connect.ConnectFailedException",
        "start-qemu: no disk"
    )]
    [InlineData("A.B+C: said", "A.B+C", "said")]
    [InlineData("update-and-attach: refused", null, "update-and-attach: refused")]
    [InlineData("See 10.0.0.4: it is gone", null, "See 10.0.0.4: it is gone")]
    [InlineData("an operator wanted it so", null, "an operator wanted it so")]
    public void A_type_before_the_message_is_told_from_it(string text, string? type, string message) =>
        Assert.Equal(new FailureText(type, message), FailureText.Parse(text));
}
