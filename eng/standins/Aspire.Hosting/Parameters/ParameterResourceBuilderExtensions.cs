using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Parameters;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Adds parameters.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value that configuration must give as <c>Parameters:name</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        bool secret = false) => builder.Add(name, null, secret, publishDefault: true);

    /// <summary>A value that configuration may give as <c>Parameters:name</c>, with another one for when it does not.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string value,
        bool publishValueAsDefault = false,
        bool secret = false) => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <inheritdoc cref="AddParameter(IDistributedApplicationBuilder, string, string, bool, bool)" />
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Func<string> valueGetter,
        bool publishValueAsDefault = false,
        bool secret = false)
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A secret cannot be published as a default.", nameof(publishValueAsDefault));
        }

        return builder.Add(name, new ConstantParameterDefault(valueGetter), secret, publishValueAsDefault);
    }

    /// <summary>
    /// A value that configuration may give as <c>Parameters:name</c>, with a default for when it does not. With
    /// <paramref name="persist" /> a run keeps the default's value in the AppHost's user secrets.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        ParameterDefault value,
        bool secret = false,
        bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        var kept = persist && builder.ExecutionContext.IsRunMode
            ? new UserSecretsParameterDefault(builder.UserSecretsManager, builder.Configuration, KeyOf(name), value)
            : value;
        return builder.Add(name, kept, secret, publishDefault: true);
    }

    /// <summary>A parameter outside the model that holds a generated password, the same at every run.</summary>
    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder,
        string name,
        bool lower = true,
        bool upper = true,
        bool numeric = true,
        bool special = true,
        int minLower = 0,
        int minUpper = 0,
        int minNumeric = 0,
        int minSpecial = 0)
    {
        ParameterDefault generated = new GenerateParameterDefault
        {
            Lower = lower,
            Upper = upper,
            Numeric = numeric,
            Special = special,
            MinLower = minLower,
            MinUpper = minUpper,
            MinNumeric = minNumeric,
            MinSpecial = minSpecial,
        };
        if (builder.ExecutionContext.IsRunMode)
        {
            generated = new UserSecretsParameterDefault(builder.UserSecretsManager, builder.Configuration, KeyOf(name), generated);
        }

        return new ParameterResource(name, fallback => Resolve(builder.Configuration, name, fallback), secret: true) { Default = generated };
    }

    private static IResourceBuilder<ParameterResource> Add(
        this IDistributedApplicationBuilder builder,
        string name,
        ParameterDefault? fallback,
        bool secret,
        bool publishDefault)
    {
        var configuration = builder.Configuration;
        var parameter = new ParameterResource(name, _ => Resolve(configuration, name, fallback), secret)
        {
            Default = publishDefault ? fallback : null,
        };
        return builder.AddResource(parameter);
    }

    private static string KeyOf(string name) => $"Parameters:{name}";

    private static string Resolve(IConfiguration configuration, string name, ParameterDefault? fallback)
    {
        var key = KeyOf(name);
        return configuration[key]
            ?? fallback?.GetDefaultValue()
            ?? throw new MissingParameterValueException(
                $"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter has no default value.");
    }
}
