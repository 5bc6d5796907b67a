namespace Shellbox.Embedded.Worker.Extensions.Abstractions;

/// <summary>The base of the attributes that say where a function's return value goes.</summary>
public abstract class OutputBindingAttribute : Attribute
{
    private protected OutputBindingAttribute()
    {
    }
}
