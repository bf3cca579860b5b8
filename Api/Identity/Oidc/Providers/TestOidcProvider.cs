using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What, in a word such as <c>discovery</c>.</param>
/// <param name="Ok">Whether it is as it should be.</param>
/// <param name="Detail">What was found, for an administrator.</param>
public sealed record OidcProviderFinding(string Check, bool Ok, string Detail);

/// <summary>Whether a provider can be used.</summary>
/// <param name="Ok">Whether nothing is wrong.</param>
/// <param name="Findings">What was looked at, up to the first thing without which the rest makes no sense.</param>
public sealed record OidcProviderTest(bool Ok, IReadOnlyList<OidcProviderFinding> Findings);

/// <summary>Reads a provider's discovery document and keys anew and says what is wrong. Client id and secret show only at a sign-in.</summary>
public sealed class TestOidcProvider(AppDbContext database, ProviderDocuments documents)
{
    private static readonly string[] Algorithms = ["RS256", "ES256"];

    /// <summary>Handles <c>POST /api/v1/oidc-providers/{id}/test</c>.</summary>
    public static Task<Results<Ok<OidcProviderTest>, ApiProblem>> HandleAsync(string id, TestOidcProvider test, CancellationToken cancellationToken) =>
        test.RunAsync(id, cancellationToken);

    private async Task<Results<Ok<OidcProviderTest>, ApiProblem>> RunAsync(string id, CancellationToken cancellationToken)
    {
        if (await ReadOidcProviders.FindAsync(database.OidcProviders, id, cancellationToken) is not { } provider)
        {
            return ReadOidcProviders.NotFound();
        }

        var findings = new List<OidcProviderFinding>();
        await LookAsync(provider, findings, cancellationToken);
        return TypedResults.Ok(new OidcProviderTest(findings.TrueForAll(finding => finding.Ok), findings));
    }

    private async Task LookAsync(OidcProvider provider, List<OidcProviderFinding> findings, CancellationToken cancellationToken)
    {
        var check = "discovery";
        try
        {
            var (metadata, _) = await documents.FetchMetadataAsync(provider.Issuer, cancellationToken);
            findings.Add(new(check, true, $"{ProviderMetadata.AddressOf(provider.Issuer)} names this issuer."));
            findings.AddRange(Abilities(provider, metadata));
            check = "keys";
            var (keys, _) = await documents.FetchKeysAsync(metadata.KeySetAddress, cancellationToken);
            findings.Add(new(check, keys.Keys.Count > 0, $"{metadata.KeySetAddress} has {keys.Keys.Count} keys for {string.Join(" or ", Algorithms)}."));
        }
        catch (ProviderException exception)
        {
            findings.Add(new(check, false, exception.Message));
        }
    }

    private static IEnumerable<OidcProviderFinding> Abilities(OidcProvider provider, ProviderMetadata metadata)
    {
        yield return Offers(metadata, "response_types_supported", "response_type", ["code"], required: true);
        yield return Offers(metadata, "id_token_signing_alg_values_supported", "signature", Algorithms, required: true);
        yield return Offers(metadata, "code_challenge_methods_supported", "pkce", ["S256"], required: false);
        if (provider.WrappedClientSecret is not null)
        {
            yield return Offers(
                metadata, "token_endpoint_auth_methods_supported", "client_authentication", ["client_secret_basic", "client_secret_post"], required: false);
        }
    }

    private static OidcProviderFinding Offers(ProviderMetadata metadata, string member, string check, string[] wanted, bool required) =>
        ProviderMetadata.Texts(metadata.Json, member) is not { } offered
            ? new(check, !required, $"The discovery document does not say {member}.")
            : new(check, offered.Intersect(wanted).Any(), $"{member} has {(offered.Intersect(wanted).Any() ? "" : "none of ")}{string.Join(", ", wanted)}.");
}
