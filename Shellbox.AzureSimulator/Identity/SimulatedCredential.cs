using Azure.Core;

namespace Shellbox.AzureSimulator.Identity;

/// <summary>A credential for clients in the same process: a token for whatever audience they ask for.</summary>
internal sealed class SimulatedCredential(TokenIssuer issuer, TimeSpan lifetime) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => Issue(requestContext);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Issue(requestContext));

    private AccessToken Issue(TokenRequestContext requestContext)
    {
        const string Default = "/.default";
        var scope = requestContext.Scopes.Length > 0 ? requestContext.Scopes[0] : "";
        var audience = scope.EndsWith(Default, StringComparison.Ordinal) ? scope[..^Default.Length] : scope;
        var (token, expires) = issuer.Issue(audience, lifetime);
        return new AccessToken(token, expires);
    }
}
