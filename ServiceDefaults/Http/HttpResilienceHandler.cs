using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ProductionReady.ServiceDefaults.Http;

/// <summary>
/// Sends outgoing requests through <see cref="HttpResiliencePipelines"/>. Stands in for Microsoft.Extensions.Http.Resilience,
/// whose standard handler it resembles, because a partial feed does not carry that package.
/// </summary>
public sealed class HttpResilienceHandler(HttpResiliencePipelines pipelines) : DelegatingHandler
{
    /// <summary>Sends the request, again where that is safe and may help.</summary>
    /// <exception cref="HttpRequestException">The host failed, took too long, or failed so often that it is left alone for a while.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var mayRepeat = IsIdempotent(request.Method);
        if (mayRepeat && request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HttpResiliencePipelines.MayRepeat, mayRepeat);
        try
        {
            return await pipelines.For(request.RequestUri).ExecuteAsync(
                static async (attempt, state) => await state.Send(state.request, attempt.CancellationToken),
                context,
                (request, Send: (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)base.SendAsync));
        }
        catch (Exception exception) when (exception is BrokenCircuitException or TimeoutRejectedException)
        {
            throw new HttpRequestException(
                $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Authority)}: {exception.Message}", exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Methods that may be sent twice (RFC 9110, section 9.2.2).</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete
        || method == HttpMethod.Options || method == HttpMethod.Trace;
}
