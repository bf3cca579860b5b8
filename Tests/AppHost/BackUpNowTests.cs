using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.AppHost;

public sealed class BackUpNowTests(App app)
{
    [Fact]
    public async Task Command_of_the_Workers_resource_makes_a_backup()
    {
        await using var connection = new NpgsqlConnection(await app.ConnectionStringAsync(ResourceNames.WorkerDatabase));
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM operation_requests WHERE kind = 'backup' AND state = 'succeeded' AND outcome ->> 'backupId' IS NOT NULL", connection);
        var before = (long)(await count.ExecuteScalarAsync())!;

        var result = await app.Application.ResourceCommands.ExecuteCommandAsync(ResourceNames.Worker, "back-up-now");

        result.Success.ShouldBeTrue(result.ErrorMessage);
        ((long)(await count.ExecuteScalarAsync())!).ShouldBe(before + 1);
    }
}
