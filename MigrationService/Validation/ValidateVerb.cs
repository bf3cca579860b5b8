using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Validation;

/// <summary>Compares the live database with the model and the access rules, reading the catalog alone.</summary>
internal sealed class ValidateVerb(MigrationContext contexts)
{
    public async Task<int> RunAsync(NpgsqlConnection connection, TextWriter output, CancellationToken cancellationToken)
    {
        var differences = await FindDifferencesAsync(connection, cancellationToken);
        foreach (var difference in differences)
        {
            await output.WriteLineAsync(difference);
        }

        await output.WriteLineAsync(differences.Count == 0
            ? $"The schema of {connection.Database} is the model's."
            : $"The schema of {connection.Database} differs in {differences.Count} places.");
        return differences.Count == 0 ? ExitCode.Done : ExitCode.SchemaDiffers;
    }

    private async Task<IReadOnlyList<string>> FindDifferencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var expected = new SchemaFacts();
        await using (var context = contexts.Over(connection))
        {
            var model = context.GetService<IDesignTimeModel>().Model;
            ModelFacts.Add(expected, model);
            AccessFacts.Add(expected, model);
        }

        // One snapshot, so that a migration that runs meanwhile is seen wholly or not at all.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync("SET TRANSACTION READ ONLY; SET LOCAL search_path = public", cancellationToken);
        var live = new SchemaFacts();
        foreach (var question in LiveSchema.Questions.Concat(LiveAccess.Questions).Append(LivePartitions.Question))
        {
            await AddAnswersAsync(live, connection, question, cancellationToken);
        }

        if (await connection.ScalarAsync<bool>("SELECT coalesce(has_table_privilege(to_regclass('public.tenant_placements'), 'SELECT'), false)", cancellationToken))
        {
            await AddAnswersAsync(live, connection, MissingFences, cancellationToken);
        }

        return [.. expected.DifferencesTo(live)];
    }

    // The model knows of none.
    private const string MissingFences =
        "SELECT 'fence of tenant ' || id, 'missing, though it lives in ' || database FROM tenant_placements WHERE database IS NOT NULL AND NOT fenced";

    private static async Task AddAnswersAsync(SchemaFacts live, NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(question, connection);
        if (question.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = DatabaseRoles.All.Select(role => role.Name).ToArray() });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            live.Add(reader.GetString(0), reader.GetString(1));
        }
    }
}
