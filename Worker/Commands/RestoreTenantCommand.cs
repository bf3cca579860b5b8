using System.CommandLine;
using Npgsql;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.OneTenant;
using ProductionReady.Worker.Backups.Restore;

namespace ProductionReady.Worker.Commands;

/// <summary><c>restore-tenant</c>: shows what bringing one tenant back would do, and does it once that is confirmed.</summary>
public static class RestoreTenantCommand
{
    /// <summary>Name of the connection string of a server that was recovered before.</summary>
    public const string RecoveredConnection = "recovered";

    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Slug or id of the tenant." };

    private static readonly Option<string?> To = new("--to") { Description = "The moment to bring it back to (RFC 3339), all that was committed until then included." };

    private static readonly Option<Guid?> Request = new("--request") { Description = "Id of a platform administrator's request, in place of --tenant and --to." };

    private static readonly Option<bool> Recovered = new("--recovered")
    {
        Description = $"Takes the rows from the server of ConnectionStrings:{RecoveredConnection}, which was recovered before, in place of --to.",
    };

    private static readonly Option<bool> Confirm = new("--confirm") { Description = "Brings it back; without this nothing is changed." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("restore-tenant", "Brings one tenant back to an earlier moment; all others are left alone.") { Tenant, To, Request, Recovered, Confirm };
        command.Validators.Add(result =>
        {
            var asked = result.GetResult(Request) is not null;
            if (asked == result.GetResult(Tenant) is not null)
            {
                result.AddError("Name the tenant with --tenant, or the request with --request.");
            }

            if (!asked && result.GetResult(To) is not null == result.GetValue(Recovered))
            {
                result.AddError("Say either --to TIME or --recovered.");
            }

            if (asked && (result.GetResult(To) is not null || result.GetValue(Recovered)))
            {
                result.AddError("The request says to which moment.");
            }
        });
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, parsed, cancellationToken)));
        return command;
    }

    private static async Task<bool> RunAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = parsed.GetValue(Request) is { } id ? await services.GetRequiredService<RestoreRequests>().ReadAsync(id, cancellationToken) : null;
        var named = request?.Tenant.ToString() ?? parsed.GetValue(Tenant)!;
        var tenant = await services.GetRequiredService<RestorableTenants>().FindAsync(named, cancellationToken);
        if (parsed.GetValue(Confirm))
        {
            services.GetRequiredService<TenantRestore>().RequireAdministrator();
        }

        if (parsed.GetValue(Recovered))
        {
            return await RestoreAsync(
                services, parsed, tenant, RecoveredBefore(services.GetRequiredService<IConfiguration>()), new RestoreOrder("a server that was recovered before"), cancellationToken);
        }

        var to = request?.RestoreTo ?? Moment(parsed.GetValue(To)!);
        await using var server = await services.GetRequiredService<TenantRecovery>().RecoverAsync(to, new RestoreProgress(Console.Error), cancellationToken);
        return await RestoreAsync(
            services, parsed, tenant, server.Connection, new RestoreOrder(new RecoveryTarget.Time(to).ToString(), request?.Id), cancellationToken);
    }

    private static async Task<bool> RestoreAsync(
        IServiceProvider services, ParseResult parsed, RestorableTenant tenant, Func<string, NpgsqlConnectionStringBuilder> recovered, RestoreOrder order,
        CancellationToken cancellationToken)
    {
        var restore = services.GetRequiredService<TenantRestore>();
        var confirmed = parsed.GetValue(Confirm);
        var differences = confirmed
            ? await restore.ApplyAsync(tenant, recovered, order, cancellationToken)
            : await restore.CompareAsync(tenant, recovered, cancellationToken);
        await RestoreTenantReport.WriteAsync(tenant, order, differences, confirmed, Console.Out);
        return true;
    }

    private static DateTimeOffset Moment(string text) => RecoveryTarget.TryParse(text) is RecoveryTarget.Time time
        ? time.Moment
        : throw new BackupProblemException($"'{text}' is no moment: write it as 2026-01-31T12:00:00Z.");

    private static Func<string, NpgsqlConnectionStringBuilder> RecoveredBefore(IConfiguration configuration)
    {
        var text = configuration.GetConnectionString(RecoveredConnection)
            ?? throw new BackupProblemException($"Set ConnectionStrings:{RecoveredConnection} to an administrator's connection to the recovered server.");
        return database => new NpgsqlConnectionStringBuilder(text) { Database = database, Pooling = false };
    }
}
