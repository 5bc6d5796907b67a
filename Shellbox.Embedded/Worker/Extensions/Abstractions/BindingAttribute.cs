namespace Shellbox.Embedded.Worker.Extensions.Abstractions;

/// <summary>The base of the attributes that bind a function's parameters and return value.</summary>
public abstract class BindingAttribute : Attribute
{
    private protected BindingAttribute()
    {
    }
}
