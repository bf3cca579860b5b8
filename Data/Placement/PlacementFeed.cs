using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ProductionReady.Data.Placement;

/// <summary>
/// Keeps <see cref="TenantGate"/> in step with the database, four times a second, and oftener while a tenant is moved: so a move holds
/// requests for a moment only. It reads once before anything is served, and stops when all else has stopped.
/// </summary>
public sealed partial class PlacementFeed(TenantGate gate, TimeProvider time, ILogger<PlacementFeed> logger) : BackgroundService
{
    /// <summary>How often the database is asked.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The same while a tenant is moved.</summary>
    public static readonly TimeSpan LookEveryWhileMoving = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(600);

    private readonly PlacementReader _reader = new(gate.Home.ConnectionString);
    private bool _saidLost;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryLookAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await TryLookAsync(stoppingToken).ConfigureAwait(false);
                timer.Period = gate.IsHolding ? LookEveryWhileMoving : LookEvery;
            }
        }
        finally
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task TryLookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LookAsync(stoppingToken).ConfigureAwait(false);
            if (_saidLost)
            {
                _saidLost = false;
                LogFound();
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_saidLost)
            {
                _saidLost = true;
                LogLost(exception.GetBaseException().Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        await _reader.ConnectAsync(stoppingToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(AnswerWithin);
        var askedAt = time.GetTimestamp();
        var rows = await _reader.ReadAsync(limit.Token).ConfigureAwait(false);
        if (await gate.TakeAsync(rows, askedAt).ConfigureAwait(false))
        {
            await _reader.AcknowledgeAsync(rows.Count == 0 ? 0 : rows.Max(row => row.Epoch), limit.Token).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database does not say where tenants live ({Reason}): each unit of work asks it until it does")]
    private partial void LogLost(string reason);

    [LoggerMessage(LogLevel.Information, "The database says again where tenants live")]
    private partial void LogFound();
}
