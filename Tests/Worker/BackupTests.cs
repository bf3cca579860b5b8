using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Worker;

[UnsupportedOSPlatform("windows")]
public sealed class BackupTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Backup_is_listed_verified_and_restored_when_it_is_sound()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 5, expiredTokens: 20));
        var (id, manifest) = await CreateAsync();
        manifest["tables"]!.AsArray().Single(table => (string)table!["table"]! == "public.refresh_tokens")!["rows"]!.GetValue<long>().ShouldBe(105);
        manifest["migrationId"]!.GetValue<string>().ShouldNotBeEmpty();

        (await worker.RunAsync("backup", "verify", id)).ExitCode.ShouldBe(0);
        var restored = await worker.RunAsync("backup", "test-restore", "latest");
        restored.ExitCode.ShouldBe(0, restored.Output);
        var listed = (await ListAsync()).Single(entry => (string)entry!["manifest"]!["id"]! == id)!;
        listed["restore"]!["passed"]!.GetValue<bool>().ShouldBeTrue();
        File.GetUnixFileMode(Dump(id)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Verify_and_test_restore_fail_when_one_byte_of_the_dump_was_flipped()
    {
        var (id, _) = await CreateAsync();
        using (var dump = File.Open(Dump(id), FileMode.Open))
        {
            dump.Position = dump.Length / 2;
            var original = dump.ReadByte();
            dump.Position--;
            dump.WriteByte((byte)(original ^ 1));
        }

        foreach (var command in (string[])["verify", "test-restore"])
        {
            var run = await worker.RunAsync("backup", command, id);
            run.ExitCode.ShouldBe(1, run.Output);
            run.Output.ShouldContain($"{id}.dump is damaged");
        }
    }

    [Fact]
    public async Task Test_restore_names_each_table_that_differs_from_the_ledger()
    {
        var (id, manifest) = await CreateAsync();
        foreach (var table in manifest["tables"]!.AsArray())
        {
            switch ((string)table!["table"]!)
            {
                case "public.contacts": table["rows"] = 7; break;
                case "public.signing_keys": table["forcedRowSecurity"] = true; break;
            }
        }

        manifest["tables"]!.AsArray().Add(new JsonObject { ["table"] = "public.vanished", ["rows"] = 0, ["forcedRowSecurity"] = false });
        await File.WriteAllTextAsync(Path.Combine(worker.BackupFolder, $"{id}.json"), manifest.ToJsonString());

        var run = await worker.RunAsync("backup", "test-restore", id);
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("public.contacts has 0 rows instead of 7.");
        run.Output.ShouldContain("public.signing_keys lost its forced row-level security.");
        run.Output.ShouldContain("public.vanished is missing.");
    }

    [Fact]
    public async Task Test_restore_fails_when_a_table_of_tenants_is_not_protected()
    {
        await worker.ExecuteAsync("CREATE TABLE unprotected (tenant_id uuid)");
        var (id, _) = await CreateAsync();
        await worker.ExecuteAsync("DROP TABLE unprotected");

        var run = await worker.RunAsync("backup", "test-restore", id);
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("public.unprotected belongs to tenants but has no forced row-level security.");
    }

    [Fact]
    public async Task Backup_is_refused_in_one_sentence_when_pg_dump_is_older_than_the_server()
    {
        var old = Directory.CreateDirectory(Path.Combine(worker.Folder, "old"));
        var program = Path.Combine(old.FullName, "pg_dump");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var attempt = worker.Start(["backup", "dump"], ("PG_BIN", old.FullName));

        var run = await attempt.ExitAsync();
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.Trim().Split('\n').ShouldHaveSingleItem().ShouldStartWith("pg_dump 9.6.24");
    }

    [Theory]
    [InlineData(1, "backup", "verify", "20200101T000000Z-0000")]
    [InlineData(1, "backup", "test-restore", "../../etc/passwd")]
    [InlineData(2, "backup", "verify")]
    [InlineData(2, "restore-everything")]
    public async Task Command_says_what_is_wrong_by_its_exit_code(int exitCode, params string[] arguments) =>
        (await worker.RunAsync(arguments)).ExitCode.ShouldBe(exitCode);

    private string Dump(string id) => Path.Combine(worker.BackupFolder, $"{id}.dump");

    /// <summary>Tests of a class run one after another, so the newest is the one just made.</summary>
    private async Task<(string Id, JsonNode Manifest)> CreateAsync()
    {
        var run = await worker.RunAsync("backup", "dump");
        run.ExitCode.ShouldBe(0, run.Output);
        var manifest = (await ListAsync())[0]!["manifest"]!.DeepClone();
        var id = (string)manifest["id"]!;
        run.Output.ShouldContain(id);
        return (id, manifest);
    }

    private async Task<JsonArray> ListAsync()
    {
        var run = await worker.RunAsync("backup", "list", "--json");
        run.ExitCode.ShouldBe(0, run.Output);
        return JsonNode.Parse(run.Output)!.AsArray();
    }
}
