using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>A database whose dump is stored.</summary>
internal sealed partial record DumpedDatabase(DumpedServer Server, StoredPart Part, DatabaseLedger Ledger)
{
    /// <summary>The last part of the path of its object; two databases never have the same.</summary>
    public static string FileNameOf(string database)
    {
        var plain = NotPlain().Replace(database, "_");
        return plain == database ? $"{database}.dump" : $"{plain}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..8]}.dump";
    }

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex NotPlain();
}

/// <summary>What a dump says of its server.</summary>
internal sealed record DumpedServer(string SystemId, string Version, IReadOnlyList<string> Roles)
{
    /// <summary>Asks it, and counts one database, in the snapshot that is dumped.</summary>
    public static async Task<(DumpedServer Server, DatabaseLedger Ledger)> CountAsync(
        DatabaseSnapshot snapshot, string database, bool own, CancellationToken cancellationToken)
    {
        await using var system = new NpgsqlCommand("SELECT system_identifier::text FROM pg_control_system()", snapshot.Connection);
        var systemId = (string)(await system.ExecuteScalarAsync(cancellationToken))!;
        var tables = await Ledger.CountAsync(snapshot.Connection, cancellationToken);
        var roles = await Ledger.RolesAsync(snapshot.Connection, cancellationToken);
        var migration = await Ledger.MigrationAsync(snapshot.Connection, cancellationToken);
        return (new DumpedServer(systemId, snapshot.ServerVersion, roles), new DatabaseLedger(database, own, migration, Lsn: null, Exact: false, tables));
    }
}
