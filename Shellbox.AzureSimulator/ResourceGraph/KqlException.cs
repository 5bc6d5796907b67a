namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>A query that Resource Graph refuses, and the token at which it does.</summary>
internal sealed class KqlException(string code, string message, KqlToken token, string? expected = null) : Exception(message)
{
    public string Code { get; } = code;

    public KqlToken Token { get; } = token;

    public string? Expected { get; } = expected;

    public static KqlException Parser(KqlToken token, string? expected = null) => new("ParserFailure", "ParserFailure", token, expected);

    public static KqlException Semantic(KqlToken token, string message) => new("SemanticError", message, token);
}
