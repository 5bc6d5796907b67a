using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Shellbox.Tests.Architecture;

/// <summary>More parameters than one keeps apart are a record or a builder.</summary>
public sealed class ParameterTests
{
    private const int Most = 5;

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_method_has_more_than_5_parameters_beside_a_cancellation_token()
    {
        var found = ProductAssemblies
            .WithTests.SelectMany(a => a.GetTypes())
            .Where(t => !IsGenerated(t))
            .SelectMany(t => t.GetMethods(Declared))
            .Where(m => !IsGenerated(m) && !IsGivenFromOutside(m) && CountOf(m) > Most)
            .Select(m => $"{m.DeclaringType!.FullName}.{m.Name}({CountOf(m)})")
            .ToList();

        Assert.True(found.Count == 0, $"more than {Most} parameters: {string.Join(", ", found)}");
    }

    private static int CountOf(MethodInfo method) => method.GetParameters().Count(p => p.ParameterType != typeof(CancellationToken));

    /// <summary>
    /// By the compiler (lambdas, records), or by a tool from another file (protobuf). A log message is declared by hand, although its body
    /// is generated.
    /// </summary>
    private static bool IsGenerated(MemberInfo? member) =>
        member is not null
        && (
            member.Name.Contains('<', StringComparison.Ordinal)
            || member.IsDefined(typeof(CompilerGeneratedAttribute))
            || (member.IsDefined(typeof(GeneratedCodeAttribute)) && !member.IsDefined(typeof(LoggerMessageAttribute)))
            || IsGenerated(member.DeclaringType)
        );

    /// <summary>A method of a type that is not ours is implemented here.</summary>
    private static bool IsGivenFromOutside(MethodInfo method)
    {
        if (!IsOurs(method.GetBaseDefinition().DeclaringType!))
            return true;
        var type = method.DeclaringType!;
        return !type.IsInterface
            && type.GetInterfaces().Where(i => !IsOurs(i)).Any(i => type.GetInterfaceMap(i).TargetMethods.Contains(method));
    }

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("Shellbox.", StringComparison.Ordinal);
}
