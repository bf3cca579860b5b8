using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// Requests to providers: bounded in time and size, to permitted addresses, with no redirect followed and no cookie kept. Reading
/// is repeated after passing faults (ServiceDefaults); the exchange of a code is not, for a code is good once.
/// </summary>
public sealed class ProviderHttp(IHttpClientFactory clients, AddressRules rules, IOptions<OidcOptions> options)
{
    /// <summary>Name of the client.</summary>
    public const string Client = "oidc";

    /// <summary>Largest answer, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="ProviderException">There is none to be had.</exception>
    public async Task<ProviderAnswer> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var answer = await SendAsync(request, cancellationToken);
        return answer.Status == HttpStatusCode.OK
            ? answer
            : throw ProviderException.Invalid($"{Name(address)} answered {(int)answer.Status}.");
    }

    /// <summary>Sends a request; answers of 200 and of 4xx are given, everything else is a fault.</summary>
    /// <exception cref="ProviderException">It does not answer, or answers what is no JSON object.</exception>
    public async Task<ProviderAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!rules.Permit(address))
        {
            throw ProviderException.Invalid($"{Name(address)} is not an https address that this service connects to.");
        }

        request.Headers.Accept.ParseAdd("application/json");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.RequestTimeout);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.SendAsync(request, timeout.Token);
            return response.StatusCode switch
            {
                >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout =>
                    throw ProviderException.Unavailable($"{Name(address)} answered {(int)response.StatusCode}."),
                HttpStatusCode.OK or >= HttpStatusCode.BadRequest =>
                    new(response.StatusCode, Read(await response.Content.ReadAsByteArrayAsync(timeout.Token), address), response.Headers.CacheControl?.MaxAge),
                _ => throw ProviderException.Invalid($"{Name(address)} answered {(int)response.StatusCode}; redirects are not followed."),
            };
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw ProviderException.Invalid($"{Name(address)} answered with more than {MaxBytes / 1024} KiB.", exception);
        }
        catch (HttpRequestException exception) when (exception.GetBaseException() is AddressRefusedException refused)
        {
            throw ProviderException.Invalid($"{Name(address)} is not connected to: {refused.Message}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw ProviderException.Unavailable($"{Name(address)} does not answer.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw ProviderException.Unavailable($"{Name(address)} did not answer in time.", exception);
        }
    }

    private static JsonElement Read(byte[] body, Uri address)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            TokenJson.CheckTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new JsonException();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw ProviderException.Invalid($"{Name(address)} answered what is no JSON object, or one with a member given twice.", exception);
        }
    }

    /// <summary>Without the query, which may hold what is nobody's business.</summary>
    private static string Name(Uri address) => address.GetLeftPart(UriPartial.Path);
}

/// <summary>An answer of a provider.</summary>
/// <param name="Status">200 or 4xx.</param>
/// <param name="Json">A JSON object.</param>
/// <param name="MaxAge">How long it says it may be kept.</param>
public sealed record ProviderAnswer(HttpStatusCode Status, JsonElement Json, TimeSpan? MaxAge);
