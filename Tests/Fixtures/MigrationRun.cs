using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Fixtures;

/// <summary>Runs of the MigrationService against a database.</summary>
public static class MigrationRun
{
    /// <summary>Migrates the database up; anything but success fails the caller.</summary>
    public static async Task UpAsync(string adminConnectionString, App app)
    {
        var run = await OfAsync(adminConnectionString, app, "up");
        run.ExitCode.ShouldBe(0, run.Output);
    }

    /// <summary>Runs a verb.</summary>
    public static async Task<ServiceRun> OfAsync(string adminConnectionString, App app, params string[] arguments) =>
        await ServiceRun.OfAsync("MigrationService", await EnvironmentAsync(adminConnectionString, app), arguments);

    /// <summary>What the AppHost would hand to the MigrationService, for another database.</summary>
    public static async Task<Dictionary<string, string>> EnvironmentAsync(string adminConnectionString, App app) => new()
    {
        [$"ConnectionStrings__{ResourceNames.AppDatabase}"] = adminConnectionString,
        ["Roles__Api__Password"] = await PasswordAsync(ResourceNames.ApiDatabase, app),
        ["Roles__Worker__Password"] = await PasswordAsync(ResourceNames.WorkerDatabase, app),
        ["Roles__Backup__Password"] = await PasswordAsync(ResourceNames.BackupDatabase, app),
    };

    private static async Task<string> PasswordAsync(string resource, App app) =>
        new NpgsqlConnectionStringBuilder(await app.ConnectionStringAsync(resource)).Password!;
}
