namespace Shellbox.Tests.Durable.Crash;

/// <summary>What activities have done, outside of the hub: one line each, in the order in which they ran.</summary>
internal sealed class Ledger(string folder)
{
    private readonly Lock _lock = new();
    private readonly string _file = Path.Combine(folder, "ledger");

    public void Add(string line)
    {
        lock (_lock)
            File.AppendAllText(_file, line + "\n");
    }

    public string[] Read() => File.ReadAllText(_file).Split('\n')[..^1];
}
