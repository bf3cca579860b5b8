using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>Connection strings that must be there before a service starts.</summary>
public sealed class RequiredConfiguration
{
    /// <summary>Their names.</summary>
    public ISet<string> ConnectionStrings { get; } = new SortedSet<string>(StringComparer.Ordinal);
}

/// <summary>Registers what is required.</summary>
public static class RequiredConfigurationExtensions
{
    /// <summary>Without <c>ConnectionStrings:<paramref name="name"/></c> the service does not start and says so.</summary>
    public static void RequireConnectionString(this IHostApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton<IValidateOptions<RequiredConfiguration>, RequiredConfigurationValidation>();
        builder.Services.AddOptions<RequiredConfiguration>()
            .Configure(required => required.ConnectionStrings.Add(name))
            .ValidateOnStart();
    }
}

internal sealed class RequiredConfigurationValidation(IConfiguration configuration) : IValidateOptions<RequiredConfiguration>
{
    public ValidateOptionsResult Validate(string? name, RequiredConfiguration options)
    {
        var missing = options.ConnectionStrings
            .Where(key => string.IsNullOrWhiteSpace(configuration.GetConnectionString(key)))
            .Select(key => $"ConnectionStrings:{key} is missing.")
            .ToList();
        return missing.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(missing);
    }
}
