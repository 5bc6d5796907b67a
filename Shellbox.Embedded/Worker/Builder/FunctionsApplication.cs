namespace Shellbox.Embedded.Worker.Builder;

/// <summary>The start of a Functions app.</summary>
public class FunctionsApplication
{
    /// <summary>Makes a builder with the default configuration, logging and services of a Functions app.</summary>
    /// <param name="args">Command line settings (<c>--name value</c>); <c>--urls</c> is where the host listens.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
