namespace Shellbox.Build.Preparation;

/// <summary>One preparation at a time: two would install, restore and build over each other.</summary>
internal static class PreparationLock
{
    private const int WouldBlock = 11;

    /// <summary>Waits for its turn, which lasts until the result is disposed.</summary>
    public static async Task<IDisposable> EnterAsync(Repository repository, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(repository.File("artifacts"));
        while (true)
        {
            try
            {
                // On Linux a file that is shared with nobody is held by flock(2), as flock(1) does.
                return new FileStream(
                    repository.File("artifacts", "prepare.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.Write,
                    FileShare.None
                );
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }
}
