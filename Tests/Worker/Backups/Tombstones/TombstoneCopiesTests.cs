using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Tombstones;

[UnsupportedOSPlatform("windows")]
public sealed class TombstoneCopiesTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private StoreFiles Store => new(worker.StoreFolder);

    private string Tombstones => Path.Combine(worker.BackupFolder, "tombstones");

    [Fact]
    public async Task Tombstone_outlives_the_Workers_disk_and_the_tenant_is_erased_again_when_a_backup_brings_it_back()
    {
        var tenant = await TenantAsync("buried");
        var erase = await worker.RunAsync("tenants", "erase", "buried", "--yes");
        erase.ExitCode.ShouldBe(0, erase.Output);
        var copy = JsonNode.Parse(await File.ReadAllTextAsync(Store.Single($"tombstone/{tenant}.")))!;
        ((string)copy["tenantId"]!).ShouldBe(tenant.ToString());
        copy["erasedAt"].ShouldNotBeNull("the copy tells the end");
        (await File.ReadAllTextAsync(Store.Single($"tombstone/{tenant}."))).ShouldNotContain("buried");

        Directory.Delete(Tombstones, recursive: true);
        await TenantAsync("buried", tenant);
        using (var running = worker.Start([]))
        {
            await Eventually.BecomesTrueAsync("it is gone again", TimeSpan.FromSeconds(60), async () =>
                await worker.QueryAsync<long>($"SELECT count(*) FROM tenants WHERE id = '{tenant}'") == 0);
            await Eventually.BecomesTrueAsync("the copy tells of the second time", TimeSpan.FromSeconds(60), async () =>
                Store.All($"tombstone/{tenant}.") is [var file] && JsonNode.Parse(await File.ReadAllTextAsync(file))!["again"]!.AsArray() is [{ } again] && again["erasedAt"] is not null);
            (await running.StopAsync()).ExitCode.ShouldBe(0);
        }

        Directory.Delete(Tombstones, recursive: true);
        var listed = await worker.RunAsync("tenants", "tombstones");
        listed.Output.ShouldContain(tenant.ToString());
        File.Exists(Path.Combine(Tombstones, $"{tenant}.json")).ShouldBeTrue();
        (await worker.RunAsync("backup", "verify", "--all")).ExitCode.ShouldBe(0);

        StoreFiles.FlipByte(Store.Single($"tombstone/{tenant}."));
        (await worker.RunAsync("tenants", "tombstones")).Output.ShouldContain("is damaged");
        (await worker.RunAsync("backup", "verify", "--all")).ExitCode.ShouldBe(1);

        // The store is this class's: what comes after wants it whole.
        StoreFiles.FlipByte(Store.Single($"tombstone/{tenant}."));
    }

    [Fact]
    public async Task Erasure_does_not_wait_for_a_store_that_cannot_be_used()
    {
        var tenant = await TenantAsync("hasty");
        using var process = worker.Start(["tenants", "erase", "hasty", "--yes"], ("Backups__Store__Folder", "/proc/nowhere"));
        var run = await process.ExitAsync();
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("could not be copied to the store now");
        (await worker.QueryAsync<long>($"SELECT count(*) FROM tenants WHERE id = '{tenant}'")).ShouldBe(0);
        (await worker.RunAsync("tenants", "tombstones")).ExitCode.ShouldBe(0);
        Store.Single($"tombstone/{tenant}.");
    }

    private async Task<Guid> TenantAsync(string slug, Guid? again = null)
    {
        var id = again ?? Guid.CreateVersion7();
        await worker.ExecuteAsync($"INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'T', 'active', now(), now())");
        return id;
    }
}
