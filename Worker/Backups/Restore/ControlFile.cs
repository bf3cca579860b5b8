using System.Globalization;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>What <c>pg_controldata</c> says of a data folder.</summary>
/// <param name="HasChecksums">Whether its pages carry checksums.</param>
/// <param name="Settings">What a server that is read while it recovers must have at least as much of as the one whose log it replays.</param>
internal sealed record ControlFile(bool HasChecksums, IReadOnlyList<string> Settings)
{
    private static readonly (string Label, string Setting)[] AtLeast =
    [
        ("max_connections setting", "max_connections"), ("max_worker_processes setting", "max_worker_processes"), ("max_wal_senders setting", "max_wal_senders"),
        ("max_prepared_xacts setting", "max_prepared_transactions"), ("max_locks_per_xact setting", "max_locks_per_transaction"),
    ];

    public static async Task<ControlFile> ReadAsync(string data, CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_controldata", cancellationToken);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, "--pgdata", data)
        {
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" },
        });
        using var reader = new StreamReader(child.Output);
        var said = (await reader.ReadToEndAsync(cancellationToken)).Split('\n').Select(line => line.Split(':', 2)).Where(line => line.Length == 2)
            .ToDictionary(line => line[0], line => line[1].Trim());
        await child.WaitForSuccessAsync(cancellationToken);
        return new ControlFile(
            said["Data page checksum version"] != "0",
            [.. AtLeast.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Setting}={said[each.Label]}"))]);
    }
}
