using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using ProductionReady.ServiceDefaults.Health;

namespace ProductionReady.ServiceDefaults.Stopping;

/// <summary>Counts the requests that are being answered; health probes do not count.</summary>
public sealed class RequestsInFlight
{
    private long _count;

    /// <summary>How many there are now.</summary>
    public long Count => Interlocked.Read(ref _count);

    internal void Enter() => Interlocked.Increment(ref _count);

    internal void Leave() => Interlocked.Decrement(ref _count);
}

/// <summary>Puts the counting in front of every other middleware.</summary>
internal sealed class CountRequestsInFlight(RequestsInFlight requests, DrainState drain) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            if (context.Request.Path.StartsWithSegments(HealthEndpoints.Path, StringComparison.Ordinal))
            {
                await following(context);
                return;
            }

            if (drain.IsDraining)
            {
                // The client must not put its next request on a connection that is about to end.
                context.Response.Headers.Connection = "close";
            }

            requests.Enter();
            try
            {
                await following(context);
            }
            finally
            {
                requests.Leave();
            }
        });
        next(app);
    };
}
