using Npgsql;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Operations.Requests;

/// <summary>Looks every other second whether something was asked for, and does it under the lease of its kind.</summary>
public sealed partial class RequestPickup(
    RequestQueue queue, RequestJob job, LeasedJobRunner runner, TimeProvider time, ILogger<RequestPickup> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Task> running = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running.Values);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var kind in await queue.OpenKindsAsync(stopping))
            {
                if (!running.TryGetValue(kind, out var busy) || busy.IsCompleted)
                {
                    running[kind] = RunAsync(kind, stopping);
                }
            }
        }
        catch (NpgsqlException unreachable)
        {
            LogUnreachable(unreachable.Message);
        }
    }

    private async Task RunAsync(string kind, CancellationToken stopping)
    {
        try
        {
            await runner.RunNowAsync(job, kind, stopping);
        }
        catch (JobBusyException)
        {
            // Another Worker is at it.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It went back to be begun by another.
        }
        catch (Exception error) when (error is NpgsqlException or LeaseLostException)
        {
            LogUnreachable(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests could not be looked for or done: {Reason} Trying again.")]
    private partial void LogUnreachable(string reason);
}
