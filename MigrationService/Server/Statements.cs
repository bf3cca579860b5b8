using Npgsql;

namespace ProductionReady.MigrationService.Server;

internal static class Statements
{
    /// <summary>Runs SQL that answers nothing.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs SQL that answers one value.</summary>
    public static async Task<TValue> ScalarAsync<TValue>(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter as NpgsqlParameter ?? new NpgsqlParameter { Value = parameter });
        }

        return (TValue)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Quotes a name that comes from outside, such as a database's.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
