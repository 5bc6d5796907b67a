using System.Reflection.Emit;

namespace Shellbox.LocalHost.Functions;

/// <summary>A parameter of the method that stands for a function.</summary>
/// <param name="Name">Its name, which is the binding's.</param>
/// <param name="Type">Its type.</param>
/// <param name="Attribute">The binding attribute; null when the SDK binds it by its type, or the caller gives it.</param>
internal sealed record FunctionParameter(string Name, Type Type, CustomAttributeBuilder? Attribute = null);
