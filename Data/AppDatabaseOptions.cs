using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ProductionReady.Data;

/// <summary>Where the application's database is; checked when the host starts.</summary>
public sealed class AppDatabaseOptions
{
    /// <summary>Name of the connection string.</summary>
    public string ConnectionName { get; set; } = "";
}

/// <summary>Refuses a connection string that is missing or would break tenancy, without showing it.</summary>
internal sealed class AppDatabaseValidation(IConfiguration configuration) : IValidateOptions<AppDatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, AppDatabaseOptions options)
    {
        var key = $"ConnectionStrings:{options.ConnectionName}";
        var value = configuration.GetConnectionString(options.ConnectionName);
        if (string.IsNullOrWhiteSpace(value))
        {
            return ValidateOptionsResult.Fail($"{key} is missing.");
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(value) is { NoResetOnClose: false, Multiplexing: false }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{key} must not switch on 'No Reset On Close' or 'Multiplexing': a connection would carry one tenant's setting to another.");
        }
        catch (ArgumentException)
        {
            // The inner message may quote the string, and with it the password.
            return ValidateOptionsResult.Fail($"{key} is not a PostgreSQL connection string.");
        }
    }
}
