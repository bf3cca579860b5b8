using System.Security.Cryptography;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench;

/// <summary>What the contestants share: one migrated database and one Redis, secrets made for this run.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The role the Api uses; row-level security binds it.</summary>
    internal const string ApiRole = "app_api";

    private Stage(Workplace place, ScratchPostgres postgres, ScratchRedis redis) =>
        (Place, Postgres, Redis) = (place, postgres, redis);

    internal Workplace Place { get; }

    internal ScratchPostgres Postgres { get; }

    internal ScratchRedis Redis { get; }

    internal string ApiPassword { get; } = RandomNumberGenerator.GetHexString(32);

    internal string WorkerPassword { get; } = RandomNumberGenerator.GetHexString(32);

    internal string BackupPassword { get; } = RandomNumberGenerator.GetHexString(32);

    internal string KeyEncryptionKey { get; } = RandomNumberGenerator.GetHexString(48);

    internal string ApiConnectionString => Postgres.ConnectionString(ApiRole, ApiPassword);

    internal static async Task<Stage> SetAsync(Workplace place, CancellationToken cancellation)
    {
        var postgres = await ScratchPostgres.StartAsync(place, cancellation);
        try
        {
            var stage = new Stage(place, postgres, await ScratchRedis.StartAsync(place, cancellation));
            await stage.MigrateAsync(cancellation);
            return stage;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private Task MigrateAsync(CancellationToken cancellation) => Command.RunAsync(
        "dotnet",
        [Place.Assembly("MigrationService", "ProductionReady.MigrationService"), "up"],
        cancellation,
        new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__appdb"] = Postgres.AsAdministrator,
            ["Roles__Api__Password"] = ApiPassword,
            ["Roles__Worker__Password"] = WorkerPassword,
            ["Roles__Backup__Password"] = BackupPassword,
        });
}
