using Npgsql;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Runs a verb in each database in which a tenant lives by itself.</summary>
internal sealed class EveryDatabase(OwnDatabases databases)
{
    /// <summary>Does it in all of them, also after one where it failed.</summary>
    /// <param name="home">The shared database, which knows the others.</param>
    /// <param name="alone">Whether other runs are to be kept out.</param>
    /// <param name="verb">Answers an exit code.</param>
    /// <param name="failed">Told why one was passed over.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns><see cref="ExitCode.Done"/>, or the last other one.</returns>
    public async Task<int> RunAsync(
        NpgsqlConnection home, bool alone, Func<NpgsqlConnection, Task<int>> verb, Func<MigrationFailedException, Task> failed, CancellationToken cancellationToken)
    {
        var code = ExitCode.Done;
        foreach (var placement in await Placements.ReadAsync(home, null, cancellationToken))
        {
            if (placement.Database is not { } database)
            {
                continue;
            }

            try
            {
                await using var connection = await databases.OpenAsync(database, cancellationToken, alone: alone);
                if (await verb(connection) is var answer and not ExitCode.Done)
                {
                    code = answer;
                }
            }
            catch (MigrationFailedException failure)
            {
                await failed(failure);
                code = failure.ExitCode;
            }
        }

        return code;
    }
}
