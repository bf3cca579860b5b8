using Microsoft.Extensions.Options;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Requests;

/// <summary>Which web pages of other origins may call; section <c>Cors</c>.</summary>
public sealed class CorsSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Cors";

    /// <summary>Origins such as <c>https://app.example.org</c>; none by default, and never all.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>One sentence for each origin that is none.</summary>
    public IEnumerable<string> Faults() =>
        from origin in AllowedOrigins
        where !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.GetLeftPart(UriPartial.Authority) != origin
        select $"{Section}:AllowedOrigins holds '{origin}', which is no origin: scheme, host and port, no path, no wildcard.";
}

/// <summary>Registers the list.</summary>
public static class CrossOrigin
{
    /// <summary>Adds CORS with exactly the listed origins.</summary>
    public static void AddCrossOrigin(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CorsSettings>().BindChecked(CorsSettings.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CorsSettings>, CorsSettingsValidation>();
        builder.Services.AddCors();
        builder.Services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>()
            .Configure<IOptions<CorsSettings>>((cors, settings) => cors.AddDefaultPolicy(policy => policy
                .WithOrigins([.. settings.Value.AllowedOrigins])
                .AllowAnyMethod()
                .WithHeaders("Authorization", "Content-Type", "If-Match", "If-None-Match", IdempotencyHeader.Name, RequestId.Header, ChangeSecondFactor.CodeHeader)
                .WithExposedHeaders("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", IdempotencyHeader.Replayed, RequestId.Header)
                .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}

internal sealed class CorsSettingsValidation : IValidateOptions<CorsSettings>
{
    public ValidateOptionsResult Validate(string? name, CorsSettings options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
