using System.Globalization;
using System.Text.RegularExpressions;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>How far the log is replayed.</summary>
public abstract partial record RecoveryTarget
{
    private RecoveryTarget()
    {
    }

    /// <summary>To the end of the log that there is.</summary>
    public sealed record Latest : RecoveryTarget
    {
        /// <inheritdoc/>
        public override string ToString() => "latest";
    }

    /// <summary>With every transaction that was committed until a moment, inclusive, by the server's clock then.</summary>
    public sealed record Time(DateTimeOffset Moment) : RecoveryTarget
    {
        /// <inheritdoc/>
        public override string ToString() => Moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>With everything before a position of the log, as <c>pg_current_wal_lsn()</c> names it.</summary>
    public sealed record Lsn(NpgsqlLogSequenceNumber Position) : RecoveryTarget
    {
        /// <inheritdoc/>
        public override string ToString() => Position.ToString();
    }

    /// <summary>Reads <c>latest</c>, a position such as <c>0/3000028</c>, or a time (RFC 3339; without an offset it is UTC); null for anything else.</summary>
    public static RecoveryTarget? TryParse(string text) =>
        text == "latest" ? new Latest()
        : PositionForm().IsMatch(text) && NpgsqlLogSequenceNumber.TryParse(text, out var position) ? new Lsn(position)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? new Time(moment.ToUniversalTime())
        : null;

    /// <summary>The server's settings that stop it there.</summary>
    /// <param name="pause">Stays there, readable, instead of beginning a timeline of its own.</param>
    internal IEnumerable<string> Settings(bool pause) =>
    [
        .. Own(),
        $"recovery_target_inclusive={(this is Lsn ? "off" : "on")}",
        $"recovery_target_action={(pause ? "pause" : "promote")}",
        $"hot_standby={(pause ? "on" : "off")}",
    ];

    private IEnumerable<string> Own() => this switch
    {
        Time time => [$"recovery_target_time={time.Moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00"],
        Lsn lsn => [$"recovery_target_lsn={lsn.Position}"],
        _ => [],
    };

    [GeneratedRegex("^[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}$")]
    private static partial Regex PositionForm();
}
