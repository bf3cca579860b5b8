using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// A PostgreSQL server of our own for one trial: in a temporary folder, reachable through a socket in that folder alone (no
/// port, and no other account can enter), gone with everything in it when disposed or when this process dies.
/// </summary>
public sealed class ScratchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly ScratchFolder folder;
    private ChildProcess? server;

    private ScratchServer(ScratchFolder folder) => this.folder = folder;

    /// <summary>How its superuser connects to a database of it.</summary>
    public NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = folder.Location,
        Username = "postgres",
        Database = database,
        Pooling = false,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    /// <summary>Makes a cluster and returns once a query is answered.</summary>
    /// <param name="parent">Where the temporary folder is made.</param>
    /// <exception cref="ChildFailedException">initdb or the server failed; carries what it said.</exception>
    public static async Task<ScratchServer> StartAsync(string parent, CancellationToken cancellationToken)
    {
        var scratch = new ScratchServer(await ScratchFolder.CreateAsync(parent, cancellationToken));
        try
        {
            await scratch.InitializeAsync(cancellationToken);
            await scratch.LaunchAsync(cancellationToken);
            return scratch;
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
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

        folder.Dispose();
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var initdb = await PostgresProgram.FindAsync("initdb", cancellationToken);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(
            initdb.Path, "--pgdata", DataFolder, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions")
        {
            Unprivileged = true,
        });
        await child.Output.CopyToAsync(Stream.Null, cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var postgres = await PostgresProgram.FindAsync("postgres", cancellationToken);

        // Nothing here outlives the trial, so nothing is forced to disk.
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={folder.Location}", "unix_socket_permissions=0700", "dynamic_shared_memory_type=mmap", "fsync=off",
            "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB",
            "autovacuum=off", "log_min_messages=warning",
        ];
        server = await ChildProcess.StartAsync(new ChildProgram(
            postgres.Path, ["-D", DataFolder, .. settings.SelectMany(setting => new[] { "-c", setting })])
        {
            Unprivileged = true,
            OnParentDeath = PosixKill.Quit,
        });
        _ = server.Output.CopyToAsync(Stream.Null, CancellationToken.None);
        await WaitUntilReadyAsync(server, cancellationToken);
    }

    private async Task WaitUntilReadyAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Connection("postgres").ConnectionString);
                await connection.OpenAsync(timeout.Token);
                return;
            }
            catch (NpgsqlException) when (!child.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), timeout.Token);
            }
            catch (NpgsqlException)
            {
                throw new ChildFailedException(child.Program, await child.WaitAsync(cancellationToken), await child.Errors);
            }
        }
    }

    private string DataFolder => Path.Combine(folder.Location, "data");
}
