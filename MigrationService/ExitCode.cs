namespace ProductionReady.MigrationService;

/// <summary>What the process ends with; operators' scripts and the AppHost go by it.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed; the database is as it was.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The schema is not the one of this program.</summary>
    public const int SchemaDiffers = 3;
}
