using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Idempotency;

namespace ProductionReady.Api.Idempotency;

/// <summary>
/// Lets a caller repeat a request whose answer was lost: whoever names it by <c>Idempotency-Key</c> gets the first one's
/// answer again, and it is done once (draft-ietf-httpapi-idempotency-key-header). On endpoints that do not take a key the
/// header means nothing.
/// </summary>
public sealed class IdempotencyKeys(RequestDelegate next, KeyedTransactions transactions)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Goes on, at no cost, unless the request has a key.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.ContainsKey(IdempotencyHeader.Name)
        && context.GetEndpoint()?.Metadata.GetMetadata<TakesIdempotencyKey>() is not null
            ? AnswerAsync(context)
            : next(context);

    private async Task AnswerAsync(HttpContext context)
    {
        if (!IdempotencyHeader.TryRead(context.Request.Headers[IdempotencyHeader.Name], out var key))
        {
            await Problems.BadRequest(
                "idempotency_key_invalid",
                $"{IdempotencyHeader.Name} must be one string of 1 to {IdempotencyKey.KeyMaxLength} visible ASCII characters.").ExecuteAsync(context);
            return;
        }

        var principal = context.Features.Get<Principal>()
            ?? throw new UnreachableException("An endpoint that takes an idempotency key must not allow anonymous callers.");
        var fingerprint = await RequestFingerprint.OfAsync(context.Request, context.RequestAborted);
        var state = await transactions.BeginAsync(new(principal.TenantId, principal.SubjectId, key, fingerprint), context.RequestAborted);
        await (state switch
        {
            KeyState.Claimed(var transaction) => RunAsync(context, transaction),
            KeyState.Answered(var answer) => answer.ReplayAsync(context),
            KeyState.Reused => Problems.Unprocessable(
                "idempotency_key_reused", "This key was used for a different request; choose a new one for each.").ExecuteAsync(context),
            _ => Problems.Conflict("idempotency_key_in_use", "A request with this key is still running.", RetryAfter).ExecuteAsync(context),
        });
    }

    /// <summary>Holds the answer back until it is kept, for a caller must not learn of what may yet be undone.</summary>
    private async Task RunAsync(HttpContext context, KeyedTransaction transaction)
    {
        byte[] body;
        await using (transaction)
        {
            body = await HoldAsync(context, transaction);
            var status = context.Response.StatusCode;
            if (body.Length > IdempotencyKey.BodyMaxLength && status < StatusCodes.Status400BadRequest)
            {
                throw new InvalidOperationException($"An answer of {body.Length} bytes is too large to be kept; its work was undone.");
            }

            // A long list of errors is not kept: the same request will get it again.
            if (StoredAnswer.IsFinal(status) && body.Length <= IdempotencyKey.BodyMaxLength)
            {
                await transaction.CommitAsync(StoredAnswer.Of(context.Response, body));
            }
        }

        if (body.Length > 0)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private async Task<byte[]> HoldAsync(HttpContext context, KeyedTransaction transaction)
    {
        var toClient = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        var toMemory = new StreamResponseBodyFeature(held);
        context.Features.Set<IHttpResponseBodyFeature>(toMemory);
        context.Features.Set(transaction);
        try
        {
            await next(context);
            await toMemory.CompleteAsync();
            return held.ToArray();
        }
        finally
        {
            context.Features.Set<KeyedTransaction>(null);
            context.Features.Set(toClient);
        }
    }
}
