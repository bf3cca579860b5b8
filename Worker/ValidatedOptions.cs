using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Worker;

/// <summary>Options that name the configuration key of whatever is wrong with them, and that are checked before the start.</summary>
public static class ValidatedOptions
{
    /// <summary>Binds <typeparamref name="TOptions"/> to a section and checks its data annotations.</summary>
    public static void AddValidatedOptions<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>>(new Validation<TOptions>(section));
        builder.Services.AddOptions<TOptions>().BindChecked(section).ValidateOnStart();
    }

    private sealed class Validation<TOptions>(string section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            return results.Count == 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(results.Select(result => $"{section}:{string.Join(',', result.MemberNames)}: {result.ErrorMessage}"));
        }
    }
}
