namespace ProductionReady.Bench;

/// <summary>How much is measured. The defaults are those of the committed results.</summary>
internal sealed record BenchSettings
{
    /// <summary>How often each contestant has its turn.</summary>
    internal int Rounds { get; init; } = 11;

    /// <summary>Length of one turn.</summary>
    internal TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Load before the first turn, not counted: the runtimes compile what is hot.</summary>
    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Connections the load generator keeps busy.</summary>
    internal int Connections { get; init; } = 32;

    /// <summary>Contacts of the smaller tenant.</summary>
    internal int SmallTenant { get; init; } = 10_000;

    /// <summary>Contacts of the larger tenant.</summary>
    internal int LargeTenant { get; init; } = 1_000_000;

    /// <summary>Rows of the imported file.</summary>
    internal int ImportRows { get; init; } = 1_000_000;

    /// <summary>How often the file is imported and copied.</summary>
    internal int ImportRounds { get; init; } = 3;

    /// <summary>How often the app is started.</summary>
    internal int Starts { get; init; } = 5;

    /// <summary>Size of the largest database that is backed up, in units of about 20 MB.</summary>
    internal int DatabaseUnits { get; init; } = 112;

    /// <summary>How often each tool backs up and restores each database.</summary>
    internal int BackupRounds { get; init; } = 3;
}
