namespace Shellbox.Embedded.Engine;

/// <summary>The app's durable functions, by name in any letter case.</summary>
internal interface IFunctionDirectory
{
    IReadOnlyCollection<string> OrchestratorNames { get; }

    IReadOnlyCollection<string> ActivityNames { get; }

    IOrchestratorFunction? FindOrchestrator(string name);

    IActivityFunction? FindActivity(string name);
}
