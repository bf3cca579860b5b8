using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.MigrationService;

/// <summary>What the verbs need from the configuration.</summary>
/// <param name="ConnectionString">The administrator's way into the database; unpooled, so that closing it ends the session and its locks.</param>
/// <param name="Passwords">Password of each role that logs in, by the role's name; empty unless the verb sets them.</param>
public sealed record MigrationSettings(string ConnectionString, IReadOnlyDictionary<string, string> Passwords)
{
    private const string ConnectionKey = "ConnectionStrings:" + ResourceNames.AppDatabase;

    private static readonly (string Role, string Key)[] PasswordKeys =
    [
        (DatabaseRoles.Api, "Roles:Api:Password"),
        (DatabaseRoles.Worker, "Roles:Worker:Password"),
        (DatabaseRoles.Backup, "Roles:Backup:Password"),
    ];

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="MigrationFailedException">Names each key that is missing or wrong, never its value.</exception>
    public static MigrationSettings Read(IConfiguration configuration, bool withPasswords)
    {
        var problems = new List<string>();
        var connectionString = ReadConnectionString(configuration[ConnectionKey], problems);
        var passwords = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (role, key) in withPasswords ? PasswordKeys : [])
        {
            var password = configuration[key];
            if (string.IsNullOrEmpty(password))
            {
                problems.Add($"{key} is not set");
            }
            else if (password.Length < 16 || password.Any(character => character is < ' ' or > '~'))
            {
                problems.Add($"{key} must be at least 16 printable ASCII characters");
            }
            else
            {
                passwords[role] = password;
            }
        }

        return problems.Count == 0
            ? new MigrationSettings(connectionString, passwords)
            : throw new MigrationFailedException($"Bad configuration: {string.Join("; ", problems)}.", ExitCode.Usage);
    }

    private static string ReadConnectionString(string? value, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            problems.Add($"{ConnectionKey} is not set");
            return "";
        }

        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(value)
            {
                Pooling = false,
                ApplicationName = "migrations",
                // Rewriting a large table takes what it takes; a dead server shows by its silence on the connection.
                CommandTimeout = 0,
                KeepAlive = 30,
            };
            if (string.IsNullOrEmpty(parsed.Host) || string.IsNullOrEmpty(parsed.Database))
            {
                problems.Add($"{ConnectionKey} must name Host and Database");
            }

            return parsed.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The inner message may quote the value, and with it the password.
            problems.Add($"{ConnectionKey} is not a PostgreSQL connection string");
            return "";
        }
    }
}
