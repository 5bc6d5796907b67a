namespace Shellbox.Embedded.Worker.Extensions.Abstractions;

/// <summary>The base of the attributes that say what makes a function run.</summary>
public abstract class TriggerBindingAttribute : Attribute
{
    private protected TriggerBindingAttribute()
    {
    }
}
