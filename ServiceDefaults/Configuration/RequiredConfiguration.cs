using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>What must be configured before a service starts.</summary>
public sealed class RequiredConfiguration
{
    /// <summary>Names of connection strings that must be there.</summary>
    public ISet<string> ConnectionStrings { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>What was found wrong already, one sentence each.</summary>
    public IList<string> Faults { get; } = [];
}

/// <summary>Registers what is required.</summary>
public static class RequiredConfigurationExtensions
{
    /// <summary>Without <c>ConnectionStrings:<paramref name="name"/></c> the service does not start and says so.</summary>
    public static void RequireConnectionString(this IHostApplicationBuilder builder, string name) =>
        builder.Require(required => required.ConnectionStrings.Add(name));

    /// <summary>
    /// Runs a registration that throws when its configuration is bad; its message then stands beside all others when the service
    /// refuses to start, instead of hiding them.
    /// </summary>
    public static void OrRefuseToStart(this IHostApplicationBuilder builder, Action register)
    {
        try
        {
            register();
        }
        catch (InvalidOperationException exception)
        {
            builder.Require(required => required.Faults.Add(exception.Message));
        }
    }

    private static void Require(this IHostApplicationBuilder builder, Action<RequiredConfiguration> require)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RequiredConfiguration>, RequiredConfigurationValidation>());
        builder.Services.AddOptions<RequiredConfiguration>().Configure(require).ValidateOnStart();
    }
}

internal sealed class RequiredConfigurationValidation(IConfiguration configuration) : IValidateOptions<RequiredConfiguration>
{
    public ValidateOptionsResult Validate(string? name, RequiredConfiguration options)
    {
        var faults = options.ConnectionStrings
            .Where(key => string.IsNullOrWhiteSpace(configuration.GetConnectionString(key)))
            .Select(key => $"ConnectionStrings:{key} is missing.")
            .Concat(options.Faults)
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
