using Npgsql;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// A connection string as the environment variables of libpq's programs. The password goes there and never on a command
/// line, which every user of the machine can read.
/// </summary>
public static class LibpqEnvironment
{
    /// <summary>The variables to add to a child's environment.</summary>
    public static IReadOnlyDictionary<string, string> From(NpgsqlConnectionStringBuilder connection)
    {
        var environment = new Dictionary<string, string>
        {
            ["PGHOST"] = connection.Host ?? "localhost",
            ["PGPORT"] = $"{connection.Port}",
            ["PGUSER"] = connection.Username ?? "",
            ["PGDATABASE"] = connection.Database ?? connection.Username ?? "",
            ["PGPASSWORD"] = connection.Password ?? "",
            ["PGSSLMODE"] = SslMode(connection.SslMode),
            ["PGAPPNAME"] = "productionready-backup",
            ["PGCONNECT_TIMEOUT"] = "15",
        };
        AddIfSet(environment, "PGSSLROOTCERT", connection.RootCertificate);
        AddIfSet(environment, "PGSSLCERT", connection.SslCertificate);
        AddIfSet(environment, "PGSSLKEY", connection.SslKey);
        return environment;
    }

    private static string SslMode(SslMode mode) => mode switch
    {
        Npgsql.SslMode.VerifyCA => "verify-ca",
        Npgsql.SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };

    private static void AddIfSet(Dictionary<string, string> environment, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            environment[name] = value;
        }
    }
}
