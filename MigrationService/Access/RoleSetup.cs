using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Access;

/// <summary>
/// Makes the roles of the cluster what they must be, in a transaction of their own: roles belong to the cluster and not
/// to the database that is migrated.
/// </summary>
internal static class RoleSetup
{
    // Two databases of one cluster may be migrated at once, and advisory locks are per database. pg_authid is shared by
    // all of them, so a lock on it is too; logins only read it and are not held up.
    private const string LockCluster = "LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE";

    // Strict mode of the backups: the Worker says whom commits wait for. Only a superuser can grant that; elsewhere the mode says so.
    private const string StrictMode = $"""
        DO $grant$ BEGIN
            GRANT ALTER SYSTEM ON PARAMETER synchronous_standby_names TO {DatabaseRoles.Backup};
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'strict mode of the backups needs a superuser to grant it';
        END $grant$
        """;

    public static async Task ApplyAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> passwords, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(LockCluster, cancellationToken);
        foreach (var role in DatabaseRoles.All)
        {
            var exists = await connection.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", cancellationToken, role.Name);
            await connection.ExecuteAsync(
                $"{(exists ? "ALTER" : "CREATE")} ROLE {role.Name} {role.Attributes}{Password(role, passwords)}", cancellationToken);
            foreach (var group in role.MemberOf)
            {
                await connection.ExecuteAsync($"GRANT {group} TO {role.Name}", cancellationToken);
            }
        }

        await connection.ExecuteAsync(StrictMode, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Password(DatabaseRole role, IReadOnlyDictionary<string, string> passwords) =>
        role.Login ? $" PASSWORD '{ScramVerifier.Create(passwords[role.Name])}'" : " PASSWORD NULL";
}
