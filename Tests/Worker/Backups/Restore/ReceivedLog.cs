using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Restore;

/// <summary>The log of a cluster as <c>pg_receivewal</c> brings it into the spool, and brought from there into the store.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReceivedLog : IAsyncDisposable
{
    private readonly BackedUpCluster _cluster;
    private readonly Process _receiver;

    private ReceivedLog(BackedUpCluster cluster, string spool, string systemId)
    {
        (_cluster, Spool, SystemId) = (cluster, spool, systemId);
        Directory.CreateDirectory(Folder);
        using (var making = Receive("--create-slot", "--if-not-exists"))
        {
            making.WaitForExit();
            making.ExitCode.ShouldBe(0);
        }

        // It ends with the server.
        _receiver = Receive("--directory", Folder, "--synchronous", "--no-loop");
    }

    /// <summary>The spool.</summary>
    public string Spool { get; }

    /// <summary>Of the cluster.</summary>
    public string SystemId { get; }

    private string Folder => Path.Combine(Spool, SystemId);

    /// <summary>Begins to receive.</summary>
    public static async Task<ReceivedLog> StartAsync(BackedUpCluster cluster) => new(
        cluster, Path.Combine(cluster.BackupFolder, "spool"), await cluster.Server.QueryAsync<string>("SELECT system_identifier::text FROM pg_control_system()"));

    /// <summary>Waits until everything that was committed is in the spool.</summary>
    public async Task CaughtUpAsync()
    {
        var lsn = await _cluster.Server.QueryAsync<string>("SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.BecomesTrueAsync("the log is in the spool", TimeSpan.FromSeconds(30), async () =>
            await _cluster.Server.QueryAsync<bool>($"SELECT coalesce((SELECT bool_or(flush_lsn >= '{lsn}') FROM pg_stat_replication WHERE application_name = 'pg_receivewal'), false)"));
    }

    /// <summary>Brings everything into the store: whole segments, and the unfinished one.</summary>
    public async Task StoreAsync()
    {
        await CaughtUpAsync();
        var store = new FolderStore(_cluster.StoreFolder);
        var sealer = new Sealer(Options.Create(new EncryptionOptions { Recipients = [_cluster.Configuration["Backups__Encryption__Recipients__0"]] }));
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            var content = await File.ReadAllBytesAsync(file);
            var name = Path.GetFileName(file);
            var known = name.EndsWith(".partial", StringComparison.Ordinal)
                ? new WalObject(SystemId, WalObjectKind.Partial, Path.GetFileNameWithoutExtension(name), content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)
                : new WalObject(SystemId, WalObjectKind.Segment, name);
            var staged = await sealer.SealAsync(new MemoryStream(content), compress: true, store.StagingFolder, CancellationToken.None);
            await store.PutAsync(new ObjectName(known.Path, staged.Digest.Sha256, ObjectName.CompressedAndSealed), staged, CancellationToken.None);
        }
    }

    /// <summary>Begins a new segment.</summary>
    public async Task SwitchAsync()
    {
        await _cluster.Server.ExecuteAsync("SELECT pg_switch_wal()");
        await _cluster.Server.ExecuteAsync("CREATE TABLE IF NOT EXISTS switched (at timestamptz); INSERT INTO switched VALUES (now())");
    }

    /// <summary>Ends the receiver, as a machine's loss does.</summary>
    public void Kill()
    {
        if (!_receiver.HasExited)
        {
            _receiver.Kill();
            _receiver.WaitForExit();
        }
    }

    private Process Receive(params string[] arguments) => Process.Start(new ProcessStartInfo(
        PostgresBinaries.Find("pg_receivewal"), ["--host=127.0.0.1", $"--port={_cluster.Server.Port}", "--username=app_backup", "--slot=test", .. arguments]))!;

    public ValueTask DisposeAsync()
    {
        Kill();
        _receiver.Dispose();
        return ValueTask.CompletedTask;
    }
}
