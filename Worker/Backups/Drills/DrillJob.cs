using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>
/// The daily drill. The same job runs on demand. A drill that found something has run: it is recorded as failed, and not repeated before
/// the next day.
/// </summary>
public sealed partial class DrillJob(Drill drill, DrillRecords records, Unsealer unsealer, IOptions<DrillOptions> options, ILogger<DrillJob> logger) : ILeasedJob
{
    /// <summary>The one shard.</summary>
    public const string Shard = "cluster";

    /// <summary>What is said where there is no private key.</summary>
    public const string NotPossible = "A drill is not possible here: this Worker has no private key (Backups:Encryption:IdentityFile), and can write backups but read none.";

    /// <inheritdoc/>
    public string Name => "drill";

    /// <inheritdoc/>
    public IReadOnlyList<string> Shards { get; } = [Shard];

    /// <inheritdoc/>
    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    /// <summary>What the last drill of this process came to; null when none was possible.</summary>
    public DrillRecord? Made { get; private set; }

    /// <summary>Told of the steps.</summary>
    public IProgress<string>? Progress { get; set; }

    /// <inheritdoc/>
    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        Made = null;
        run.Details["possible"] = unsealer.CanOpen;
        if (!unsealer.CanOpen)
        {
            LogNotPossible(NotPossible);
            return;
        }

        var made = await drill.RunAsync(Progress, stopping);
        await run.ConfirmHeldAsync(stopping);
        await records.AddAsync(made, stopping);
        run.Details["drillId"] = made.Id;
        run.Details["baseId"] = made.BaseId;
        run.Details["passed"] = made.Passed;
        run.Details["recoveryTimeSeconds"] = made.RecoveryTimeSeconds;
        run.Details["recoveryPointSeconds"] = made.RecoveryPointSeconds;
        Made = made;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    private partial void LogNotPossible(string sentence);
}
