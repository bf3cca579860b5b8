using System.ComponentModel.DataAnnotations;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>How the write-ahead log is received and stored; section <c>Backups:Wal</c>.</summary>
public sealed class WalOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Wal";

    /// <summary>Whether this Worker takes part; of those that do, one receives at a time.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The replication slot that says what the spool has; <see cref="StoreSlot"/> is made beside it.</summary>
    [Required, RegularExpression("^[a-z_][a-z0-9_]{0,55}$", ErrorMessage = "Lower-case letters, digits and underscores, at most 56.")]
    public string Slot { get; set; } = "productionready";

    /// <summary>Where log is received, on this machine; <c>spool</c> in <c>Backups:Folder</c> unless it is named.</summary>
    public string? Spool { get; set; }

    /// <summary>How often the unfinished segment is stored when it grew: what a loss of server and spool together may cost, nearly.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:08", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PartialEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a commit waits until it is in the spool: no acknowledged one is lost then, and while no Worker receives, none is
    /// acknowledged.
    /// </summary>
    public bool Strict { get; set; }

    /// <summary>The replication slot that says what the store has: the server keeps log until it is there.</summary>
    public string StoreSlot => $"{Slot}_store";
}
