using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Worker.Backups.Dumps;

[UnsupportedOSPlatform("windows")]
public sealed class DumpTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private StoreFiles Store => new(worker.StoreFolder);

    [Fact]
    public async Task Dump_is_listed_verified_and_restored_when_it_is_sound()
    {
        await worker.ExecuteAsync(SeededTenants.With(tenants: 5, expiredTokens: 20));
        var (id, backup) = await DumpAsync();
        var ledger = backup["ledgers"]!.AsArray().ShouldHaveSingleItem()!;
        ledger["tables"]!.AsArray().Single(table => (string)table!["table"]! == "public.refresh_tokens")!["rows"]!.GetValue<long>().ShouldBe(105);
        ledger["migrationId"]!.GetValue<string>().ShouldNotBeEmpty();
        backup["systemId"]!.GetValue<string>().ShouldBe(await worker.QueryAsync<string>("SELECT system_identifier::text FROM pg_control_system()"));

        (await worker.RunAsync("backup", "verify", id)).ExitCode.ShouldBe(0);
        var restored = await worker.RunAsync("backup", "test-restore", "latest");
        restored.ExitCode.ShouldBe(0, restored.Output);
        var listed = (await ListAsync()).Single(entry => (string)entry!["backup"]!["id"]! == id)!;
        listed["restore"]!["passed"]!.GetValue<bool>().ShouldBeTrue();
        File.GetUnixFileMode(DumpOf(id)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(DumpOf(id))).ShouldStartWith("age-encryption.org/v1");
    }

    [Fact]
    public async Task Verify_and_test_restore_fail_when_one_byte_of_the_dump_was_flipped()
    {
        var (id, _) = await DumpAsync();
        StoreFiles.FlipByte(DumpOf(id));
        foreach (var command in (string[])["verify", "test-restore"])
        {
            var run = await worker.RunAsync("backup", command, id);
            run.ExitCode.ShouldBe(1, run.Output);
            run.Output.ShouldContain($"{Store.KeyOf(DumpOf(id))} is damaged");
        }
    }

    [Fact]
    public async Task Test_restore_names_each_table_that_differs_from_the_ledger()
    {
        var (id, backup) = await DumpAsync();
        var tables = backup["ledgers"]![0]!["tables"]!.AsArray();
        foreach (var table in tables)
        {
            switch ((string)table!["table"]!)
            {
                case "public.contacts": table["rows"] = 7; break;
                case "public.signing_keys": table["forcedRowSecurity"] = true; break;
            }
        }

        tables.Add(new JsonObject { ["table"] = "public.vanished", ["rows"] = 0, ["forcedRowSecurity"] = false });
        Store.Replace(Store.Single($"dump/{id}/backup."), System.Text.Encoding.UTF8.GetBytes(backup.ToJsonString()));

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
        var (id, _) = await DumpAsync();
        await worker.ExecuteAsync("DROP TABLE unprotected");

        var run = await worker.RunAsync("backup", "test-restore", id);
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("public.unprotected belongs to tenants but has no forced row-level security.");
    }

    [Fact]
    public async Task Test_restore_without_the_private_key_says_so_and_records_nothing()
    {
        var (id, _) = await DumpAsync();
        var stranger = await BackupKey.CreateAsync(worker.Folder);
        foreach (var (file, sentence) in new[] { ("", "without a private key"), (stranger.IdentityFile, "cannot be opened") })
        {
            using var attempt = worker.Start(["backup", "test-restore", id], ("Backups__Encryption__IdentityFile", file));
            var run = await attempt.ExitAsync();
            run.ExitCode.ShouldBe(1, run.Output);
            run.Output.ShouldContain(sentence);
        }

        (await ListAsync()).Single(entry => (string)entry!["backup"]!["id"]! == id)!["restore"].ShouldBeNull();
        using var verify = worker.Start(["backup", "verify", id], ("Backups__Encryption__IdentityFile", ""));
        (await verify.ExitAsync()).ExitCode.ShouldBe(0, "what is stored can be verified by who cannot read it");
    }

    [Fact]
    public async Task Dump_is_refused_in_one_sentence_when_pg_dump_is_older_than_the_server()
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
    [InlineData(2, "backup", "verify", "latest", "--all")]
    [InlineData(2, "restore-everything")]
    public async Task Command_says_what_is_wrong_by_its_exit_code(int exitCode, params string[] arguments) =>
        (await worker.RunAsync(arguments)).ExitCode.ShouldBe(exitCode);

    private string DumpOf(string id) => Store.All($"dump/{id}/").Single(file => file.EndsWith(".age", StringComparison.Ordinal));

    /// <summary>Tests of a class run one after another, so the newest is the one just made.</summary>
    private async Task<(string Id, JsonNode Backup)> DumpAsync()
    {
        var run = await worker.RunAsync("backup", "dump");
        run.ExitCode.ShouldBe(0, run.Output);
        var backup = (await ListAsync())[0]!["backup"]!.DeepClone();
        var id = (string)backup["id"]!;
        run.Output.ShouldContain(id);
        return (id, backup);
    }

    private async Task<JsonArray> ListAsync()
    {
        var run = await worker.RunAsync("backup", "list", "--json");
        run.ExitCode.ShouldBe(0, run.Output);
        return JsonNode.Parse(run.Output)!.AsArray();
    }
}
