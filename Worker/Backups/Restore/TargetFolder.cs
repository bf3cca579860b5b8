using System.Globalization;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>The folder that a cluster is restored into.</summary>
internal sealed class TargetFolder
{
    private readonly bool isNew;

    private TargetFolder(string path, bool isNew) => (Path, this.isNew) = (path, isNew);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Takes a folder that is empty or not there.</summary>
    /// <exception cref="BackupProblemException">A server runs in it, or something is in it.</exception>
    public static TargetFolder Take(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new BackupProblemException($"{full} is a file: name a folder to restore into.");
        }

        if (PostmasterOf(full) is { } process)
        {
            throw new BackupProblemException($"{full} is live: a server runs in it (process {process}). Restore into another folder.");
        }

        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            throw new BackupProblemException($"{full} is not empty: a restore overwrites nothing. Name a folder that is empty or not there.");
        }

        return new TargetFolder(full, !Directory.Exists(full));
    }

    /// <summary>Leaves it as it was: what was restored only in part must not look like a cluster.</summary>
    public void Clear()
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        if (isNew)
        {
            Directory.Delete(Path);
        }
    }

    /// <summary>Makes it a folder that a server starts on as it is, and that outlives a power cut.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        File.Delete(System.IO.Path.Combine(Path, "postmaster.opts"));
        File.Delete(System.IO.Path.Combine(Path, "backup_manifest"));

        // Where the configuration lies elsewhere (Debian: /etc/postgresql), it did not come with the data.
        await AddAsync("postgresql.conf", "# Restored without its configuration, which was not in the data folder.\nlisten_addresses = 'localhost'\n", cancellationToken);
        await AddAsync("pg_hba.conf", "local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\nlocal replication all peer\nhost replication all 127.0.0.1/32 scram-sha-256\n", cancellationToken);
        await AddAsync("pg_ident.conf", "", cancellationToken);
        var program = await PostgresProgram.FindAsync("initdb", cancellationToken);
        await using var sync = await ChildProcess.StartAsync(new ChildProgram(program.Path, "--sync-only", $"--pgdata={Path}") { Unprivileged = true });
        await sync.Output.CopyToAsync(Stream.Null, cancellationToken);
        await sync.WaitForSuccessAsync(cancellationToken);
    }

    private async Task AddAsync(string name, string content, CancellationToken cancellationToken)
    {
        if (File.Exists(System.IO.Path.Combine(Path, name)))
        {
            return;
        }

        await using var tee = await ChildProcess.StartAsync(new ChildProgram("tee", System.IO.Path.Combine(Path, name)) { Unprivileged = true });
        await tee.Input.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), cancellationToken);
        await tee.Input.DisposeAsync();
        await tee.Output.CopyToAsync(Stream.Null, cancellationToken);
        await tee.WaitForSuccessAsync(cancellationToken);
    }

    private static int? PostmasterOf(string folder)
    {
        try
        {
            var first = File.ReadLines(System.IO.Path.Combine(folder, "postmaster.pid")).FirstOrDefault();
            if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                return id;
            }
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            // No server, or one that is no more.
        }

        return null;
    }
}
