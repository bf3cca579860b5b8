namespace ProductionReady.ServiceDefaults;

/// <summary>
/// The names of the app model's resources. The AppHost gives them out, the services look their connection strings up by
/// them; this file is compiled into both.
/// </summary>
public static class ResourceNames
{
    /// <summary>The PostgreSQL server.</summary>
    public const string Postgres = "postgres";

    /// <summary>The application's database as the server's superuser sees it; for the MigrationService alone.</summary>
    public const string AppDatabase = "appdb";

    /// <summary>Connection string of the role <c>app_api</c>.</summary>
    public const string ApiDatabase = "appdb-api";

    /// <summary>Connection string of the role <c>app_worker</c>.</summary>
    public const string WorkerDatabase = "appdb-worker";

    /// <summary>Connection string of the role <c>app_backup</c>.</summary>
    public const string BackupDatabase = "appdb-backup";

    /// <summary>Redis.</summary>
    public const string Cache = "cache";

    /// <summary>The one-shot MigrationService.</summary>
    public const string Migrations = "migrations";

    /// <summary>The Api.</summary>
    public const string Api = "api";

    /// <summary>The Worker.</summary>
    public const string Worker = "worker";
}
