using System.Text.RegularExpressions;
using Npgsql;

namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>This Worker's configuration as it was given, without secrets.</summary>
public static partial class GivenConfiguration
{
    /// <summary>Stands where a secret was.</summary>
    public const string Secret = "(secret)";

    /// <summary>What this software reads; an environment holds much else.</summary>
    private static readonly string[] Sections = ["Audit", "Backups", "ConnectionStrings", "Leases", "Maintenance", "Placement", "Tenants"];

    /// <summary>Keys and values.</summary>
    public static IReadOnlyDictionary<string, string> Of(IConfiguration configuration) => new SortedDictionary<string, string>(
        Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(entry => entry.Value is not null)
            .ToDictionary(entry => entry.Key, entry => WithoutSecret(entry.Key, entry.Value!)),
        StringComparer.Ordinal);

    private static string WithoutSecret(string key, string value) =>
        key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase) ? WithoutPassword(value)
        : SecretName().IsMatch(key) ? Secret
        : value;

    private static string WithoutPassword(string connection)
    {
        try
        {
            var known = new NpgsqlConnectionStringBuilder(connection) { Password = null, Passfile = null, SslPassword = null };
            return known.ConnectionString;
        }
        catch (ArgumentException)
        {
            // Not PostgreSQL's.
            return Secret;
        }
    }

    [GeneratedRegex("password|secret|accesskey|token|passphrase|credential", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
