using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>Binds options so that every value that cannot be read is named, and not the first one alone.</summary>
public static class CheckedBinding
{
    /// <summary>
    /// Like <c>BindConfiguration</c>, but a value that cannot be converted, such as a word where a number belongs, fails
    /// validation beside whatever else is wrong; the binder's own exception would hide all of that.
    /// </summary>
    public static OptionsBuilder<TOptions> BindChecked<TOptions>(this OptionsBuilder<TOptions> options, string section)
        where TOptions : class
    {
        options.Services.AddSingleton<IValidateOptions<TOptions>>(
            services => new NoUnreadableValues<TOptions>(services.GetRequiredService<IConfiguration>(), section));
        return options.Configure<IConfiguration>((bound, configuration) =>
            Section(Values(configuration, section).Where(value => Fault<TOptions>(value, section) is null), section).Bind(bound));
    }

    private static IEnumerable<KeyValuePair<string, string?>> Values(IConfiguration configuration, string section) =>
        configuration.GetSection(section).AsEnumerable().Where(value => value.Value is not null);

    private static IConfigurationSection Section(IEnumerable<KeyValuePair<string, string?>> values, string section) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(section);

    /// <summary>What the binder says about one value by itself; it names the key and the type.</summary>
    private static string? Fault<TOptions>(KeyValuePair<string, string?> value, string section)
    {
        try
        {
            Section([value], section).Get<TOptions>();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    private sealed class NoUnreadableValues<TOptions>(IConfiguration configuration, string section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var faults = Values(configuration, section).Select(value => Fault<TOptions>(value, section)).OfType<string>().ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
