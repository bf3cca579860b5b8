using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Runs <c>pg_receivewal</c>: it forces to disk what it receives and tells the server so at once.</summary>
public sealed class WalReceiver(IOptions<WalOptions> options)
{
    // A server that went without a word is noticed by these, and not after TCP's two hours.
    private const string NoticeSilence = "keepalives_idle=10 keepalives_interval=5 keepalives_count=3";

    /// <summary>Receives into a folder, going on from the newest file in it, until the connection ends.</summary>
    /// <exception cref="ChildFailedException">Always, sooner or later: says what the program said.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; the program has ended.</exception>
    public async Task RunAsync(PostgresProgram program, NpgsqlConnectionStringBuilder connection, string folder, CancellationToken cancellationToken)
    {
        var slot = options.Value.Slot;
        await using var child = await ChildProcess.StartAsync(new ChildProgram(
            program.Path, $"--directory={folder}", $"--slot={slot}", "--synchronous", "--no-loop", "--no-password", $"--dbname={NoticeSilence}")
        {
            // Commits wait for this name in strict mode. English: its words are read.
            Environment = new Dictionary<string, string>(LibpqEnvironment.From(connection)) { ["PGAPPNAME"] = slot, ["LC_ALL"] = "C" },
        });
        _ = child.Output.CopyToAsync(Stream.Null, CancellationToken.None);
        var code = await child.WaitAsync(cancellationToken);
        throw new ChildFailedException(child.Program, code, await child.Errors);
    }
}
