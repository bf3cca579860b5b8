using Microsoft.Extensions.Options;
using ProductionReady.Api.Errors;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.RateLimits;

/// <summary>Registers and applies rate limits.</summary>
public static class RateLimitExtensions
{
    /// <summary>Adds the limiter; limits that make no sense keep the service from starting.</summary>
    public static void AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindChecked(RateLimitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidation>();
        builder.Services.AddSingleton<SharedPermits>();
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddHostedService<ForgetIdleKeys>();
    }

    /// <summary>Puts one of the two stages here.</summary>
    public static void UseRateLimits(this IApplicationBuilder app, RateLimitStage stage) => app.UseMiddleware<RateLimitMiddleware>(stage);

    /// <summary>Gives an endpoint a stricter limit by address, beside the one all endpoints share.</summary>
    public static TBuilder RateLimitBy<TBuilder>(this TBuilder builder, RateLimitPolicy policy)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RateLimitedBy(policy)).ProducesProblems(StatusCodes.Status429TooManyRequests);
}

internal sealed class RateLimitOptionsValidation : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}

/// <summary>Sweeps idle keys once a minute.</summary>
internal sealed class ForgetIdleKeys(RateLimiter limiter, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            limiter.ForgetIdle();
        }
    }
}
