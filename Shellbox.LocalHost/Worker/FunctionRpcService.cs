using Grpc.Core;
using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Worker;

/// <summary>Where workers connect: each names itself with the id that it was started with, which nobody else knows.</summary>
internal sealed class FunctionRpcService(WorkerChannels channels) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context
    )
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
            return;
        if (requestStream.Current.StartStream is not { } start || channels.Take(start.WorkerId) is not { } channel)
        {
            throw new Grpc.Core.RpcException(new Status(StatusCode.NotFound, "No worker of that id is expected."));
        }

        await channel.ServeAsync(requestStream, responseStream, context.CancellationToken);
    }
}
