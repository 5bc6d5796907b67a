using System.Security.Cryptography;
using Xunit;

namespace Shellbox.Tests.Contracts.Boxes;

public sealed class BoxKeyTests
{
    private const string User = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("a")]
    [InlineData("dev33")]
    [InlineData("a-b-c")]
    [InlineData("a2345678901234567890123456789012")]
    public void A_name_of_the_form_is_taken(string name) => Assert.Equal(name, BoxKey.Parse(User, name).BoxName);

    [Theory]
    [InlineData("")]
    [InlineData("3dev")]
    [InlineData("Dev")]
    [InlineData("dev-")]
    [InlineData("-dev")]
    [InlineData("dev_33")]
    [InlineData("dev 33")]
    [InlineData("dev/33")]
    [InlineData("dev#")]
    [InlineData("dev?")]
    [InlineData("dev\\33")]
    [InlineData("dev;rm -rf")]
    [InlineData("$(id)")]
    [InlineData("dev\n")]
    [InlineData("dév")]
    [InlineData("a23456789012345678901234567890123")]
    public void A_name_of_another_form_is_refused(string name) => Assert.Throws<InvalidNameException>(() => BoxKey.Parse(User, name));

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData("0123456789abcdef0123456789abcdef\n")]
    public void A_user_id_of_another_form_is_refused(string userId) =>
        Assert.Throws<InvalidNameException>(() => BoxKey.Parse(userId, "dev33"));

    [Fact]
    public void The_user_id_is_the_first_half_of_the_hash_of_the_key_blob_and_the_comment_is_dropped()
    {
        var blob = Blob("ssh-ed25519");
        var line = $"ssh-ed25519 {Convert.ToBase64String(blob)} someone@somewhere; rm -rf /\n";

        var read = BoxKey.TryReadPublicKey(line, out var normalized, out var userId);

        Assert.True(read);
        Assert.Equal($"ssh-ed25519 {Convert.ToBase64String(blob)}", normalized);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(blob))[..32], userId);
    }

    [Fact]
    public void A_key_line_with_options_another_type_or_a_second_line_is_refused()
    {
        var good = Convert.ToBase64String(Blob("ssh-ed25519"));
        string?[] lines =
        [
            null,
            "",
            "ssh-ed25519",
            "ssh-ed25519 !!!!",
            $"command=\"id\" ssh-ed25519 {good}",
            $"ssh-rsa {good}",
            $"ssh-ed25519 {good}\nssh-ed25519 {good}",
            $"ssh-dss {Convert.ToBase64String(Blob("ssh-dss"))}",
        ];

        Assert.All(lines, line => Assert.False(BoxKey.TryReadPublicKey(line, out _, out _)));
    }

    private static byte[] Blob(string type) =>
        [0, 0, 0, (byte)type.Length, .. System.Text.Encoding.ASCII.GetBytes(type), 0, 0, 0, 32, .. RandomNumberGenerator.GetBytes(32)];
}
