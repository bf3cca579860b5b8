using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Storage;
using ProductionReady.Data.Placement;

namespace ProductionReady.Api.ApiKeys;

/// <summary>
/// Writes down when a key was last used, beside the requests: at most once a minute a key, which the statement sees to over all
/// instances. A use that cannot be written down is lost, and the request never notices.
/// </summary>
public sealed partial class ApiKeyUses(TenantGate gate, TenantDatabase database, TimeProvider time, ILogger<ApiKeyUses> logger) : BackgroundService
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(1);

    private const int MostRemembered = 10_000;
    private const int MostWaiting = 1_024;

    private const string Write = """
        UPDATE api_keys SET last_used_at = clock_timestamp()
        WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= clock_timestamp() - interval '1 minute')
        """;

    private readonly ConcurrentDictionary<Guid, long> _notedAt = new();
    private readonly Channel<Principal> _uses = Channel.CreateBounded<Principal>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>A key was used.</summary>
    public void Note(Principal key)
    {
        var now = time.GetTimestamp();
        if (_notedAt.TryGetValue(key.SubjectId, out var before)
            ? time.GetElapsedTime(before, now) >= AtMostEvery && _notedAt.TryUpdate(key.SubjectId, now, before)
            : _notedAt.TryAdd(key.SubjectId, now))
        {
            _uses.Writer.TryWrite(key);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var key in _uses.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await gate.EnterAsync(key.TenantId, stoppingToken);
                try
                {
                    await WriteAsync(key, stoppingToken);
                }
                finally
                {
                    gate.Leave(key.TenantId);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLost(key.SubjectId, exception.GetBaseException().Message);
            }

            if (_notedAt.Count >= MostRemembered)
            {
                _notedAt.Clear();
            }
        }
    }

    private async Task WriteAsync(Principal key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(key.TenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, key.TenantId, new NpgsqlBatchCommand(Write)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = key.TenantId }, new NpgsqlParameter<Guid> { TypedValue = key.SubjectId } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "That API key {ApiKeyId} was used could not be written down: {Reason}")]
    private partial void LogLost(Guid apiKeyId, string reason);
}
