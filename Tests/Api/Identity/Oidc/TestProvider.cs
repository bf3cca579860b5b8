using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>
/// A small identity provider in this process: discovery, keys, an authorization endpoint that asks nobody, and a token endpoint
/// that checks what a good one checks. It misbehaves where a test tells it to.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, Grant> _grants = new(StringComparer.Ordinal);

    private TestProvider(WebApplication server)
    {
        _server = server;
        Issuer = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        AddKey("first");
    }

    public string Issuer { get; }

    public string ClientId { get; } = "production+ready&co";

    public string? ClientSecret { get; set; } = "s3cret:+/~%&";

    /// <summary>Authentication methods in the discovery document; null leaves them out.</summary>
    public string[]? AuthenticationMethods { get; set; }

    /// <summary>Whom the provider vouches for.</summary>
    public JsonObject User { get; set; } = [];

    /// <summary>Keys that sign, the last one the newest.</summary>
    public List<(string Kid, RSA Key)> Keys { get; } = [];

    /// <summary>What the key set has beside or instead; null: the keys.</summary>
    public Func<JsonArray, JsonArray>? Published { get; set; }

    /// <summary>Changes a good discovery document.</summary>
    public Action<JsonObject>? Discovery { get; set; }

    /// <summary>Changes a good header and good claims before they are signed.</summary>
    public Action<JsonObject, JsonObject>? Claims { get; set; }

    /// <summary>Makes the token from header and claims instead of signing.</summary>
    public Func<JsonObject, JsonObject, string>? Forge { get; set; }

    /// <summary>Changes the token endpoint's good answer.</summary>
    public Action<JsonObject>? Answer { get; set; }

    /// <summary>Whether callbacks name the issuer (RFC 9207).</summary>
    public bool SendsIssuer { get; set; }

    /// <summary>Misbehaviour by path; it answers instead.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a path was asked for.</summary>
    public ConcurrentDictionary<string, int> Requests { get; } = new(StringComparer.Ordinal);

    public const string DiscoveryPath = "/.well-known/openid-configuration";
    public const string KeysPath = "/keys";
    public const string TokenPath = "/token";

    public static async Task<TestProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        TestProvider? provider = null;
        app.Run(context => provider!.HandleAsync(context));
        await app.StartAsync();
        provider = new TestProvider(app);
        return provider;
    }

    public RSA AddKey(string kid)
    {
        var key = RSA.Create(2048);
        Keys.Add((kid, key));
        return key;
    }

    public string Sign(JsonObject header, JsonObject claims) => Sign(header.ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string claims) => TokenForge.Seal(header, claims, bytes => Keys[^1].Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        Keys.ForEach(key => key.Key.Dispose());
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (Instead.TryGetValue(path, out var instead))
        {
            return instead(context);
        }

        return path switch
        {
            DiscoveryPath => WriteAsync(context, HttpStatusCode.OK, Document()),
            KeysPath => WriteAsync(context, HttpStatusCode.OK, new JsonObject { ["keys"] = Published?.Invoke(KeySet()) ?? KeySet() }),
            "/authorize" => AuthorizeAsync(context),
            TokenPath => ExchangeAsync(context),
            _ => WriteAsync(context, HttpStatusCode.NotFound, []),
        };
    }

    private JsonObject Document()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = Issuer + "/authorize?kind=test",
            ["token_endpoint"] = Issuer + TokenPath,
            ["jwks_uri"] = Issuer + KeysPath,
            ["response_types_supported"] = new JsonArray("code"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        };
        if (AuthenticationMethods is not null)
        {
            document["token_endpoint_auth_methods_supported"] = new JsonArray([.. AuthenticationMethods.Select(method => (JsonNode)method)]);
        }

        if (SendsIssuer)
        {
            document["authorization_response_iss_parameter_supported"] = true;
        }

        Discovery?.Invoke(document);
        return document;
    }

    private JsonArray KeySet() => [.. Keys.Select(key =>
    {
        var parameters = key.Key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = key.Kid,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    })];

    private async Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["kind"] != "test" || query["response_type"] != "code" || query["client_id"] != ClientId || query["code_challenge_method"] != "S256"
            || !query["scope"].ToString().Split(' ').Contains("openid") || query["code_challenge"].ToString().Length != 43 || query["nonce"].ToString().Length < 22)
        {
            await WriteAsync(context, HttpStatusCode.BadRequest, []);
            return;
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        _grants[code] = new Grant(query["redirect_uri"]!, query["code_challenge"]!, query["nonce"]!);
        var back = new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] };
        if (SendsIssuer)
        {
            back["iss"] = Issuer;
        }

        context.Response.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, back));
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!IsClient(context.Request, form))
        {
            await WriteAsync(context, HttpStatusCode.Unauthorized, new JsonObject { ["error"] = "invalid_client" });
            return;
        }

        if (form["grant_type"] != "authorization_code" || !_grants.TryRemove(form["code"]!, out var grant) || grant.RedirectUri != form["redirect_uri"]
            || grant.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
        {
            await WriteAsync(context, HttpStatusCode.BadRequest, new JsonObject { ["error"] = "invalid_grant" });
            return;
        }

        const string accessToken = "an access token of the provider";
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = Keys[^1].Kid };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = grant.Nonce,
            ["at_hash"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)),
        };
        foreach (var (name, value) in User)
        {
            claims[name] = value?.DeepClone();
        }

        Claims?.Invoke(header, claims);
        var answer = new JsonObject
        {
            ["access_token"] = accessToken,
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["id_token"] = Forge?.Invoke(header, claims) ?? Sign(header, claims),
        };
        Answer?.Invoke(answer);
        await WriteAsync(context, HttpStatusCode.OK, answer);
    }

    private bool IsClient(HttpRequest request, IFormCollection form)
    {
        if (ClientSecret is null)
        {
            return form["client_id"] == ClientId && !form.ContainsKey("client_secret") && request.Headers.Authorization.Count == 0;
        }

        return AuthenticationMethods?.Contains("client_secret_basic") != false
            ? request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(ClientId)}:{WebUtility.UrlEncode(ClientSecret)}"))
                && !form.ContainsKey("client_secret")
            : form["client_id"] == ClientId && form["client_secret"] == ClientSecret && request.Headers.Authorization.Count == 0;
    }

    private static async Task WriteAsync(HttpContext context, HttpStatusCode status, JsonObject body)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce);
}
