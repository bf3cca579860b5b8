using System.Runtime.Versioning;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Configuration;

/// <summary>A server is rebuilt from nothing but the store and the private key.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RebuildTests(App app)
{
    private const string Grants = """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
            SELECT format('%s of %s for %s: %s', c.relname, c.relowner::regrole, a.grantee::regrole, a.privilege_type) AS line
            FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))) a
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
            UNION ALL SELECT format('%s of %s for %s', p.oid::regprocedure, p.proowner::regrole, a.grantee::regrole)
            FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE p.pronamespace = 'public'::regnamespace
            UNION ALL SELECT format('%s %s %s %s', p.polname, p.polrelid::regclass, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p
            UNION ALL SELECT format('%s %s %s %s %s', rolname, rolsuper, rolcanlogin, rolreplication, rolbypassrls) FROM pg_roles WHERE rolname !~ '^pg_'
            UNION ALL SELECT format('%s in %s', member::regrole, roleid::regrole) FROM pg_auth_members WHERE member::regrole::text !~ '^pg_'
            UNION ALL SELECT format('%s %s %s %s', kid, encode(public_key, 'hex'), encode(wrapped_private_key, 'hex'), retires_at) FROM signing_keys) AS lines
        """;

    [Fact]
    public async Task Server_is_rebuilt_with_its_roles_grants_policies_and_wrapped_keys_and_has_its_rows_again_from_a_dump()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        await cluster.Server.ExecuteAsync("""
            INSERT INTO signing_keys (kid, algorithm, public_key, wrapped_private_key, created_at, activated_at) VALUES ('first', 'RS256', '\x0102', '\x0304', now(), now());
            """);
        await cluster.Server.ExecuteAsync(SeededTenants.With(tenants: 3, expiredTokens: 2));
        var before = await cluster.Server.QueryAsync<string>(Grants);
        (await cluster.RunAsync("backup", "configuration")).ExitCode.ShouldBe(0);
        (await cluster.RunAsync("backup", "dump")).ExitCode.ShouldBe(0);
        var opened = Path.Combine(cluster.Folder, "opened");
        var open = await cluster.RunAsync("backup", "open-configuration", "latest", "--target", opened);
        open.ExitCode.ShouldBe(0, open.Output);
        cluster.Server.Kill();

        await using var rebuilt = await EmptyServer.StartAsync();

        // That the role of the superuser is there already is the one complaint.
        await rebuilt.PsqlAsync("postgres", Path.Combine(opened, "roles.sql"), stopAtErrors: false);
        await rebuilt.PsqlAsync("postgres", Path.Combine(opened, "appdb.schema.sql"));
        await rebuilt.PsqlAsync("appdb", Path.Combine(opened, "appdb.keys.sql"));
        (await rebuilt.QueryAsync(Grants)).ShouldBe(before, "without a single row of a tenant it is the same server");
        (await rebuilt.QueryAsync("SELECT count(*)::text FROM tenants")).ShouldBe("0");
        var migrated = await MigrationRun.OfAsync(rebuilt.ConnectionString("appdb"), app, "up");
        migrated.ExitCode.ShouldBe(0, migrated.Output);

        var dump = new StoreFiles(cluster.StoreFolder).All("dump/").Single(file => file.EndsWith(".age", StringComparison.Ordinal));
        await EmptyServer.ShellAsync($"{PostgresBinaries.Find("dropdb")} --maintenance-db={rebuilt.Address("postgres")} appdb");
        await EmptyServer.ShellAsync($"age --decrypt -i {cluster.Configuration["Backups__Encryption__IdentityFile"]} {dump} | {PostgresBinaries.Find("pg_restore")} --create --exit-on-error --dbname={rebuilt.Address("postgres")}");
        (await rebuilt.QueryAsync(Grants)).ShouldBe(before);
        (await rebuilt.QueryAsync("SELECT count(*)::text FROM refresh_tokens")).ShouldBe("9");
    }

    [Fact]
    public async Task Configuration_holds_no_secret_and_is_sealed()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        cluster.Configuration["Backups__OffSite__S3__SecretKey"] = "do-not-tell-anyone";
        cluster.Configuration["Backups__OffSite__S3__AccessKey"] = "do-not-tell-either";
        (await cluster.RunAsync("backup", "configuration")).ExitCode.ShouldBe(0);
        var opened = Path.Combine(cluster.Folder, "opened");
        (await cluster.RunAsync("backup", "open-configuration", "latest", "--target", opened)).ExitCode.ShouldBe(0);
        var all = string.Concat(Directory.GetFiles(opened).Select(File.ReadAllText));
        all.ShouldContain("Backups:OffSite:S3:SecretKey");
        all.ShouldNotContain("do-not-tell");
        all.ShouldNotContain("not asked for");
        all.ShouldNotContain("SCRAM-SHA-256$");
        all.ShouldContain("CREATE ROLE app_api");
        (await cluster.RunAsync("backup", "open-configuration", "latest", "--target", opened)).Output.ShouldContain("is not empty");
        var stored = new StoreFiles(cluster.StoreFolder).All("configuration/").Single(file => file.EndsWith(".age", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(stored)).ShouldNotContain("app_api");
    }
}
