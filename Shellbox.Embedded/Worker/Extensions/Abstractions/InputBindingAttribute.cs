namespace Shellbox.Embedded.Worker.Extensions.Abstractions;

/// <summary>The base of the attributes that say what a function reads besides its trigger.</summary>
public abstract class InputBindingAttribute : Attribute
{
    private protected InputBindingAttribute()
    {
    }
}
