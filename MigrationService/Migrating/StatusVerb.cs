using Npgsql;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Prints which migrations the database has.</summary>
internal sealed class StatusVerb(MigrationContext contexts)
{
    public async Task<int> RunAsync(NpgsqlConnection connection, TextWriter output, CancellationToken cancellationToken)
    {
        await using var context = contexts.Over(connection);
        var history = await MigrationHistory.ReadAsync(context, cancellationToken);
        foreach (var id in history.Known)
        {
            await output.WriteLineAsync($"{(history.Applied.Contains(id) ? "applied" : "pending"),-8} {id}");
        }

        foreach (var id in history.Unknown)
        {
            await output.WriteLineAsync($"{"unknown",-8} {id}");
        }

        return history.Pending.Count + history.Unknown.Count == 0 ? ExitCode.Done : ExitCode.SchemaDiffers;
    }
}
