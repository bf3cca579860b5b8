using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Wal;

/// <summary>A recovery by hand: a copy of the server's files, and log laid beside them for its <c>restore_command</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Recovery
{
    private const string LogFolder = "log-to-replay";

    /// <summary>Settings of a server that recovers from <see cref="LayOutLogAsync"/>.</summary>
    public static string[] Settings => [$"restore_command=cp {LogFolder}/%f %p"];

    /// <summary>Copies the running server's files, without any log.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> CopyAsync(BackedUpCluster cluster)
    {
        var folder = Path.Combine(cluster.Folder, $"copy-{Path.GetRandomFileName()}");
        var server = new NpgsqlConnectionStringBuilder(cluster.Server.AdminConnectionString);
        await RunAsync(PostgresBinaries.Find("pg_basebackup"), "-h", server.Host!, "-p", $"{server.Port}", "-U", "postgres", "-D", folder, "-X", "none", "-c", "fast", "--no-sync");
        return folder;
    }

    /// <summary>Lays out what the store has, and what the spool has beside it, for a recovery of a copy.</summary>
    public static async Task LayOutLogAsync(BackedUpCluster cluster, string copy, bool withSpool)
    {
        var folder = Directory.CreateDirectory(Path.Combine(copy, LogFolder)).FullName;
        foreach (var file in cluster.Log.Objects().GroupBy(each => each.Log.FileName))
        {
            var best = file.MaxBy(each => each.Log.Kind == WalObjectKind.Partial ? each.Log.Reach : long.MaxValue);
            await File.WriteAllBytesAsync(Path.Combine(folder, file.Key), await cluster.Log.OpenAsync(best.Path));
        }

        if (withSpool)
        {
            foreach (var path in Directory.EnumerateDirectories(cluster.SpoolFolder).SelectMany(Directory.EnumerateFiles))
            {
                File.Copy(path, Path.Combine(folder, Path.GetFileNameWithoutExtension(path)), overwrite: true);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(copy, "recovery.signal"), "");
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, errors);
    }
}
