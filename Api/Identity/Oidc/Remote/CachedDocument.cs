namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// A document of a provider, kept as long as it says within bounds. However many ask at once, one request is under way; while the
/// provider fails, what was read before is used for a bounded time, and the provider is not asked at every turn.
/// </summary>
/// <param name="fetch">Reads the document, and how long it says it may be kept.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
public sealed class CachedDocument<T>(Func<CancellationToken, Task<(T Value, TimeSpan? MaxAge)>> fetch, OidcOptions options, TimeProvider time)
    where T : class
{
    /// <summary>Kept at least this long, whatever the provider says.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(5);

    /// <summary>Kept at most this long.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private Held? _held;
    private Failed? _failed;
    private Task<Outcome>? _running;

    /// <summary>The document.</summary>
    /// <exception cref="ProviderException">There is none, nor one from before that may still be used.</exception>
    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        if (_held is { } fresh && time.GetUtcNow() < fresh.FreshUntil)
        {
            return fresh.Value;
        }

        var outcome = await RefreshAsync(cancellationToken);
        return outcome.Value
            ?? (_held is { } stale && time.GetUtcNow() < stale.ReadAt + options.StaleWhileError ? stale.Value : throw outcome.Failure!);
    }

    /// <summary>
    /// A newer document than one that lacks what is looked for, or the same again when it was read so lately that the provider is
    /// not to be asked again.
    /// </summary>
    /// <exception cref="ProviderException">Whether there is a newer one cannot be told.</exception>
    public async Task<T> GetNewerAsync(T known, CancellationToken cancellationToken)
    {
        if (_held is { } held && (!ReferenceEquals(held.Value, known) || time.GetUtcNow() < held.ReadAt + options.KeyRefreshInterval))
        {
            return held.Value;
        }

        var outcome = await RefreshAsync(cancellationToken);
        return outcome.Value ?? throw outcome.Failure!;
    }

    private async Task<Outcome> RefreshAsync(CancellationToken cancellationToken)
    {
        Task<Outcome> running;
        lock (_gate)
        {
            if (_running is null && _failed is { } failed && time.GetUtcNow() < failed.At + options.FailurePause)
            {
                return new Outcome(null, failed.Failure);
            }

            // Not with the caller's token: others wait for it too.
            running = _running ??= Task.Run(FetchAsync, CancellationToken.None);
        }

        return await running.WaitAsync(cancellationToken);
    }

    private async Task<Outcome> FetchAsync()
    {
        try
        {
            var (value, maxAge) = await fetch(CancellationToken.None);
            var now = time.GetUtcNow();
            var life = TimeSpan.FromTicks(Math.Clamp((maxAge ?? UsualLife).Ticks, ShortestLife.Ticks, LongestLife.Ticks));
            lock (_gate)
            {
                _held = new Held(value, now, now + life);
                _failed = null;
            }

            return new Outcome(value, null);
        }
        catch (ProviderException exception)
        {
            lock (_gate)
            {
                _failed = new Failed(time.GetUtcNow(), exception);
            }

            return new Outcome(null, exception);
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private sealed record Held(T Value, DateTimeOffset ReadAt, DateTimeOffset FreshUntil);

    private sealed record Failed(DateTimeOffset At, ProviderException Failure);

    private sealed record Outcome(T? Value, ProviderException? Failure);
}
