namespace Shellbox.LocalCloud;

public sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    public static AzuritePorts TakeFree()
    {
        var ports = LoopbackPorts.TakeFree(3);
        return new AzuritePorts(ports[0], ports[1], ports[2]);
    }
}
