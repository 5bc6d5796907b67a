namespace Shellbox.Contracts.Http;

/// <summary>The keys that the app knows, by what they let their holder do.</summary>
public enum ApiKeyKind
{
    /// <summary>What users do.</summary>
    Function,

    /// <summary>What operators do.</summary>
    Admin,
}
