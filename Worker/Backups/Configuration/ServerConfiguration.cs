namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>What a server is rebuilt with, beside its rows; stored as <c>configuration/ID/configuration.json</c>, compressed and sealed.</summary>
/// <param name="Format">Version of this form, 1.</param>
/// <param name="TakenAt">UTC.</param>
/// <param name="ServerVersion">Such as <c>15.8</c>.</param>
/// <param name="Worker">The Worker's configuration as it was given, without secrets; what is not in it had its default.</param>
/// <param name="ServerSettings">Settings of the server that differ from their defaults.</param>
/// <param name="Roles">SQL that makes the roles, their memberships and settings, without passwords.</param>
/// <param name="Databases">The shared database and those of single tenants.</param>
public sealed record ServerConfiguration(
    int Format, DateTimeOffset TakenAt, string ServerVersion, IReadOnlyDictionary<string, string> Worker, IReadOnlyDictionary<string, string> ServerSettings,
    string Roles, IReadOnlyList<DatabaseConfiguration> Databases)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>One database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Own">Whether it is of a single tenant.</param>
/// <param name="Schema">SQL that makes it, empty: tables, functions, policies, owners and grants.</param>
/// <param name="Keys">SQL with the rows of the wrapped key ring and of the history of migrations.</param>
public sealed record DatabaseConfiguration(string Name, bool Own, string Schema, string Keys);
