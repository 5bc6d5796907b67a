namespace Shellbox.Activities.Operations;

/// <summary>The input of an activity that acts on a box.</summary>
public interface IBoxInput
{
    BoxOperation Operation { get; }
}
