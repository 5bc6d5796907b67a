namespace Shellbox.Activities.Operations;

/// <summary>What people are told of a message that was made for programs.</summary>
public static class MessageText
{
    /// <summary>The Azure SDK's messages go on with the whole answer: people get the sentence.</summary>
    public static string FirstLine(this string message) => message.Split('\n')[0].Trim();
}
