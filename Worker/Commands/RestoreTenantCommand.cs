using System.CommandLine;
using System.Globalization;
using Npgsql;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.OneTenant;

namespace ProductionReady.Worker.Commands;

/// <summary><c>restore-tenant</c>: shows what bringing one tenant back would do, and does it once that is confirmed.</summary>
public static class RestoreTenantCommand
{
    /// <summary>Name of the connection string of a server that was recovered before.</summary>
    public const string RecoveredConnection = "recovered";

    private static readonly Option<string> Tenant = new("--tenant") { Description = "Slug or id of the tenant.", Required = true };

    private static readonly Option<bool> Recovered = new("--recovered")
    {
        Description = $"Takes the rows from the server of ConnectionStrings:{RecoveredConnection}, which was recovered before.",
    };

    private static readonly Option<bool> Confirm = new("--confirm") { Description = "Brings it back; without this nothing is changed." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("restore-tenant", "Brings one tenant back to an earlier moment; all others are left alone.") { Tenant, Recovered, Confirm };
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, parsed, cancellationToken)));
        return command;
    }

    private static async Task<bool> RunAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var restore = services.GetRequiredService<TenantRestore>();
        var tenant = await services.GetRequiredService<RestorableTenants>().FindAsync(parsed.GetRequiredValue(Tenant), cancellationToken);
        var recovered = RecoveredBefore(services.GetRequiredService<IConfiguration>());
        if (!parsed.GetValue(Confirm))
        {
            await WriteAsync(await restore.CompareAsync(tenant, recovered, cancellationToken));
            await Console.Out.WriteLineAsync($"Nothing was changed. Repeat with --confirm to bring {tenant.Named} ({tenant.Id}) back.");
            return true;
        }

        await WriteAsync(await restore.ApplyAsync(tenant, recovered, new RestoreOrder("a server that was recovered before"), cancellationToken));
        await Console.Out.WriteLineAsync($"{tenant.Named} ({tenant.Id}) was brought back in one transaction; its audit trail says so.");
        return true;
    }

    private static Func<string, NpgsqlConnectionStringBuilder> RecoveredBefore(IConfiguration configuration)
    {
        var text = configuration.GetConnectionString(RecoveredConnection)
            ?? throw new BackupProblemException($"Set ConnectionStrings:{RecoveredConnection} to an administrator's connection to the recovered server.");
        return database => new NpgsqlConnectionStringBuilder(text) { Database = database, Pooling = false };
    }

    private static async Task WriteAsync(IReadOnlyList<TableDifference> differences)
    {
        await Console.Out.WriteLineAsync(Row("TABLE", "ADD", "CHANGE", "DELETE"));
        foreach (var table in differences)
        {
            await Console.Out.WriteLineAsync(Row(table.Table, table.Add, table.Change, table.Delete));
        }

        await Console.Out.WriteLineAsync("Sessions, passwords, keys, roles and the audit trail stay as they are now; users who come back are disabled.");
    }

    private static string Row(params object[] columns) => string.Format(CultureInfo.InvariantCulture, "{0,-24}  {1,10}  {2,10}  {3,10}", columns);
}
