namespace Shellbox.Tests.Embedded.Deviations;

/// <summary>A type that the official API lacks.</summary>
public abstract class OwnInvention
{
    private protected OwnInvention()
    {
    }
}
