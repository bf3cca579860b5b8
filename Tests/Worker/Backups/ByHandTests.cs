using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>The commands of docs/backup-and-recovery.md, "By hand", as they stand there, without this software.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ByHandTests(App app)
{
    [Fact]
    public async Task Store_is_restored_to_its_end_and_to_a_moment_with_nothing_but_Debians_programs_and_the_private_key()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        string beforeTheMistake;
        using (var worker = cluster.StartReceiving())
        {
            var log = new LogInStore(cluster);
            await log.IsReceivedAsync();
            await cluster.Server.ExecuteAsync("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)");
            await Eventually.BecomesTrueAsync("the base backup that the first log asks for is made", TimeSpan.FromSeconds(90), () =>
                Task.FromResult(new StoreFiles(cluster.StoreFolder).All("base/").Any(file => Path.GetFileName(file).StartsWith("backup.", StringComparison.Ordinal))));
            await cluster.Server.ExecuteAsync("INSERT INTO kept VALUES (2)");
            await log.StoresSegmentAsync();
            await cluster.Server.ExecuteAsync("INSERT INTO kept VALUES (3)");
            beforeTheMistake = await cluster.Server.QueryAsync<string>("SELECT clock_timestamp()::text");
            await cluster.Server.ExecuteAsync("DROP TABLE contacts CASCADE");
            await log.CatchesUpAsync();
            (await worker.StopAsync()).ExitCode.ShouldBe(0);
        }

        cluster.Server.Kill();
        cluster.Server.DeleteData();
        Directory.Delete(cluster.BackupFolder, recursive: true);
        var targets = Directory.CreateDirectory(Path.GetDirectoryName(Target(cluster, ""))!);
        using var _ = new Deleted(targets);

        (await RestoredAsync(cluster, "end", until: "")).ShouldBe("1,2,3 without contacts");
        (await RestoredAsync(cluster, "moment", beforeTheMistake)).ShouldBe("1,2,3 with contacts");

        var segment = new StoreFiles(cluster.StoreFolder).All("wal/").Last(file => !file.Contains("partial", StringComparison.Ordinal));
        StoreFiles.FlipByte(segment);
        (await RunAsync(cluster, "damaged", "", FreePort())).Output.ShouldContain($"{segment} is damaged");
    }

    private static async Task<string> RestoredAsync(BackedUpCluster cluster, string name, string until)
    {
        var port = FreePort();
        var run = await RunAsync(cluster, name, until, port);
        run.ExitCode.ShouldBe(0, run.Output);
        try
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=appdb;Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                "SELECT string_agg(n::text, ',' ORDER BY n) || CASE WHEN to_regclass('contacts') IS NULL THEN ' without contacts' ELSE ' with contacts' END FROM kept", connection);
            return (string)(await command.ExecuteScalarAsync())!;
        }
        finally
        {
            await ShellAsync($"runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D {Target(cluster, name)} -m immediate -w stop", []);
        }
    }

    /// <summary>Who is not root has no other account to give the files to.</summary>
    private static string Preamble => Environment.IsPrivilegedProcess ? "" : "chown() { :; }; runuser() { shift 3; \"$@\"; }\n";

    private static Task<ServiceRun> RunAsync(BackedUpCluster cluster, string name, string until, int port) => ShellAsync(Commands(), new()
    {
        ["store"] = cluster.StoreFolder,
        ["key"] = cluster.Configuration["Backups__Encryption__IdentityFile"],
        ["target"] = Target(cluster, name),
        ["until"] = until,
        ["options"] = $"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=",
    });

    /// <summary>In the temporary folder itself: the server's account may enter it.</summary>
    private static string Target(BackedUpCluster cluster, string name) => $"{cluster.Folder}-by-hand/{name}";

    private static string Commands()
    {
        var document = File.ReadAllText(Path.Combine(Repository(), "docs", "backup-and-recovery.md"));
        var section = document[document.IndexOf("## By hand", StringComparison.Ordinal)..];
        var begin = section.IndexOf("```bash\n", StringComparison.Ordinal) + "```bash\n".Length;
        return section[begin..section.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ProductionReady.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/'))!;
        }

        return folder;
    }

    private static async Task<ServiceRun> ShellAsync(string commands, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", Preamble + commands]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ServiceRun(process.ExitCode, await output + await errors);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Deleted(DirectoryInfo folder) : IDisposable
    {
        public void Dispose() => folder.Delete(recursive: true);
    }
}
