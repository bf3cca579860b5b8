using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>
/// A server that replays log in a data folder. It takes nothing from the configuration that came with the data: it listens in one
/// folder that nobody else can enter, archives nothing, and replicates to and from nobody.
/// </summary>
internal sealed class RecoveryProcess : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly ChildProcess server;
    private readonly string data;

    private RecoveryProcess(ChildProcess server, string data) => (this.server, this.data) = (server, data);

    /// <summary>Starts the server; it is not ready yet.</summary>
    /// <param name="postgres">The program, of the major version of the data.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="folder">Where it listens and keeps its own configuration.</param>
    /// <param name="settings">Beside those that keep it to itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RecoveryProcess> StartAsync(
        PostgresProgram postgres, string data, string folder, IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        var control = await ControlFile.ReadAsync(data, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "postgresql.conf"), "", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "ident.conf"), "", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "hba.conf"), "local all all trust\n", cancellationToken);

        // The targets are emptied before one of them is named: the server wants at most one at any time.
        string[] own =
        [
            "recovery_target=", "recovery_target_name=", "recovery_target_xid=", "recovery_target_time=", "recovery_target_lsn=",
            $"config_file={Path.Combine(folder, "postgresql.conf")}", $"hba_file={Path.Combine(folder, "hba.conf")}", $"ident_file={Path.Combine(folder, "ident.conf")}",
            "listen_addresses=", $"unix_socket_directories={folder}", "unix_socket_permissions=0700", "ssl=off", "logging_collector=off", "log_destination=stderr",
            "lc_messages=C", "log_timezone=UTC", "shared_preload_libraries=", "session_preload_libraries=", "local_preload_libraries=", "archive_mode=off",
            "primary_conninfo=", "primary_slot_name=", "synchronous_standby_names=",
            "recovery_prefetch=off", "dynamic_shared_memory_type=mmap", "fsync=off", "autovacuum=off", "max_wal_size=4GB", "shared_buffers=128MB", .. control.Settings,
        ];
        return new RecoveryProcess(
            await ChildProcess.StartAsync(new ChildProgram(postgres.Path, ["-D", data, .. own.Concat(settings).SelectMany(setting => new[] { "-c", setting })])
            {
                Unprivileged = true,
                OnParentDeath = PosixKill.Quit,
                Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" },
            }),
            data).ReadOutput();
    }

    /// <summary>Waits until the server can be asked.</summary>
    /// <param name="paused">Once it has paused at its target; otherwise once it has ended its recovery.</param>
    /// <param name="connection">To a database that is always there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChildFailedException">It ended; says what it said.</exception>
    public async Task WaitAsync(bool paused, NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (server.HasExited)
            {
                throw new ChildFailedException(server.Program, await server.WaitAsync(cancellationToken), await server.Errors);
            }

            var status = await StatusAsync(cancellationToken);
            if (status == "ready" || (paused && status == "standby" && await IsPausedAsync(connection, cancellationToken)))
            {
                return;
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Stops it so that its files are consistent.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        server.Signal(PosixKill.Int);
        await server.WaitForSuccessAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        server.Signal(PosixKill.Quit);
        try
        {
            await server.WaitAsync(CancellationToken.None).WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            // Disposing kills it and its children.
        }

        await server.DisposeAsync();
    }

    private RecoveryProcess ReadOutput()
    {
        _ = server.Output.CopyToAsync(Stream.Null, CancellationToken.None);
        return this;
    }

    /// <summary>The line of <c>postmaster.pid</c> that <c>pg_ctl</c> goes by: asking by connections would fill the server's log with refusals.</summary>
    private async Task<string?> StatusAsync(CancellationToken cancellationToken)
    {
        const int StatusLine = 7;
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid"), cancellationToken);
            return lines.ElementAtOrDefault(StatusLine)?.Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<bool> IsPausedAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var asking = new NpgsqlConnection(connection.ConnectionString);
            await asking.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_get_wal_replay_pause_state() = 'paused'", asking);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (NpgsqlException) when (server.HasExited)
        {
            return false;
        }
        catch (PostgresException ending) when (ending.SqlState.StartsWith("57P", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
