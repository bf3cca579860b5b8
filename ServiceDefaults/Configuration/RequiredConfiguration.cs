using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>What must be configured before a service starts.</summary>
public sealed class RequiredConfiguration
{
    /// <summary>Names of connection strings that must be there, and what throws <see cref="ArgumentException"/> when one is malformed.</summary>
    public IDictionary<string, Action<string>> ConnectionStrings { get; } = new SortedDictionary<string, Action<string>>(StringComparer.Ordinal);

    /// <summary>What was found wrong already, one sentence each.</summary>
    public IList<string> Faults { get; } = [];
}

/// <summary>Registers what is required.</summary>
public static class RequiredConfigurationExtensions
{
    /// <summary>Without a well-formed <c>ConnectionStrings:<paramref name="name"/></c> the service does not start and says so.</summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="name">Of the connection string.</param>
    /// <param name="parse">Throws <see cref="ArgumentException"/> when the string is malformed.</param>
    public static void RequireConnectionString(this IHostApplicationBuilder builder, string name, Action<string> parse) =>
        builder.Require(required => required.ConnectionStrings[name] = parse);

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
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
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
        var faults = options.ConnectionStrings.Select(required => Fault(required.Key, required.Value)).OfType<string>().Concat(options.Faults).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private string? Fault(string name, Action<string> parse)
    {
        if (configuration.GetConnectionString(name) is not { } value || string.IsNullOrWhiteSpace(value))
        {
            return $"ConnectionStrings:{name} is missing.";
        }

        try
        {
            parse(value);
            return null;
        }
        catch (ArgumentException)
        {
            // The message may quote the string, and with it the password.
            return $"ConnectionStrings:{name} is malformed.";
        }
    }
}
