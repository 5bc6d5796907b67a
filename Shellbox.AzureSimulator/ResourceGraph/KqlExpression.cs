namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>A scalar expression, bound to the columns at its place in the query.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">The name of the column it becomes when none is given, such as <c>tags_role</c> for <c>tags['role']</c>.</param>
/// <param name="Evaluate">Its value for a row.</param>
internal sealed record KqlExpression(KqlType Type, string? Name, Func<object?[], object?> Evaluate)
{
    public bool Test(object?[] row) => KqlValues.IsTrue(Evaluate(row));
}
