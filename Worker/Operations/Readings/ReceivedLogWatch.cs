using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Operations.Readings;

/// <summary>Of the Worker that has the right to receive; the others know nothing of the log.</summary>
internal sealed class ReceivedLogWatch(WalStatus status) : ILogWatch
{
    /// <inheritdoc/>
    public LogReading? Current => status.Current is { Phase: not (WalPhase.Off or WalPhase.Waiting) } state
        ? new LogReading(state.Problem ?? state.StoreProblem ?? state.StrictProblem, state.SpoolLag, state.StoreLag, state.SpoolLagBytes, state.StoreLagBytes, state.Gaps)
        : null;
}
