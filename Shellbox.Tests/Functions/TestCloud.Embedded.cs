using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Tests.Functions;

/// <content>What only an app in this process has.</content>
internal sealed partial class TestCloud
{
    public DurableTaskClient Client => _app.Client;
}
