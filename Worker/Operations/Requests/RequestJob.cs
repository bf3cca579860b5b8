using System.Text.Json.Nodes;
using Npgsql;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Operations;
using ProductionReady.Worker.Audit;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Processes;
using Quartz;

namespace ProductionReady.Worker.Operations.Requests;

/// <summary>
/// Does what was asked for, one after the other of each kind. Runs when <see cref="RequestPickup"/> finds something; its schedule is never
/// looked at.
/// </summary>
public sealed partial class RequestJob(RequestQueue queue, BackupNow backup, RestorePreview restore, ILogger<RequestJob> logger) : ILeasedJob
{
    private const int MostAttempts = 3;

    /// <inheritdoc/>
    public string Name => "operation-requests";

    /// <summary>The kinds, as they are stored.</summary>
    public IReadOnlyList<string> Shards { get; } = StoredText.All<OperationKind>();

    /// <inheritdoc/>
    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse("0 0 * * * ?");

    /// <inheritdoc/>
    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var done = new JsonArray();
        run.Details["requests"] = done;
        while (await queue.BeginAsync(run.Lease.Shard, stopping) is { } request)
        {
            done.Add(request.Id.ToString());
            await DoAsync(run, request, stopping);
        }
    }

    private async Task DoAsync(LeasedRun run, BegunRequest request, CancellationToken stopping)
    {
        if (request.Attempts > MostAttempts)
        {
            await queue.FailAsync(request.Id, $"{MostAttempts} Workers died while they were at it; their logs may say why.", stopping);
            return;
        }

        try
        {
            var outcome = request is { Tenant: { } tenant, RestoreTo: { } to }
                ? await restore.RunAsync(tenant, to, stopping)
                : await backup.RunAsync(stopping);
            await run.ConfirmHeldAsync(stopping);
            await queue.SucceedAsync(request.Id, outcome.ToJsonString(), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.ReturnAsync(request.Id, CancellationToken.None);
            throw;
        }
        catch (Exception error) when (error is not LeaseLostException)
        {
            LogFailed(request.Id, error);
            await queue.FailAsync(request.Id, Sentence(error), stopping);
        }
    }

    private static string Sentence(Exception error) =>
        error is BackupProblemException or UnknownTenantException or ChildFailedException or NpgsqlException or IOException or InvalidDataException
            ? error.Message
            : "It failed in a way that was not foreseen; the Worker's log has it.";

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id} failed.")]
    private partial void LogFailed(Guid id, Exception error);
}
