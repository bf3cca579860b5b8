using StackExchange.Redis;

namespace ProductionReady.Api.Redis;

/// <summary>
/// Redis as something that may be away: a question gets an answer within a quarter of a second or none at all, and after
/// a failure the next questions are not even asked for a second. Who asks must know what to do without an answer.
/// </summary>
/// <remarks>The connection is made in the background at start, since connecting to a server that is away blocks.</remarks>
public sealed partial class RedisLink(IServiceProvider services, TimeProvider time, ILogger<RedisLink> logger) : BackgroundService
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LeaveAloneFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromSeconds(5);

    private volatile IConnectionMultiplexer? _connection;
    private long _failedAt;
    private volatile bool _failed;
    private int _saidDown;

    /// <summary>Whether asking makes sense now.</summary>
    public bool IsUp => _connection is { IsConnected: true } && !(_failed && time.GetElapsedTime(Volatile.Read(ref _failedAt)) < LeaveAloneFor);

    /// <summary>Runs a Lua script atomically; <see langword="null"/> when Redis gave no answer.</summary>
    public async Task<RedisResult?> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        if (!IsUp || _connection is not { } connection)
        {
            SayDown("not connected");
            return null;
        }

        try
        {
            var answer = await connection.GetDatabase().ScriptEvaluateAsync(script, keys, values).WaitAsync(AnswerWithin, time);
            SayUp();
            return answer;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Fail(exception.GetType().Name);
            return null;
        }
    }

    /// <summary>Whether the server answers a ping.</summary>
    public async Task<bool> PingAsync()
    {
        try
        {
            if (_connection is not { IsConnected: true } connection)
            {
                return false;
            }

            await connection.GetDatabase().PingAsync().WaitAsync(AnswerWithin, time);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (_connection is null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                var connection = services.GetRequiredService<IConnectionMultiplexer>();
                connection.ConnectionFailed += (_, failure) => Fail(failure.FailureType.ToString());
                _connection = connection;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ArgumentException or InvalidOperationException)
            {
                LogCannotConnect(exception);
                await Task.Delay(ConnectAgainAfter, time, stoppingToken);
            }
        }
    }

    private void Fail(string reason)
    {
        Volatile.Write(ref _failedAt, time.GetTimestamp());
        _failed = true;
        SayDown(reason);
    }

    private void SayDown(string reason)
    {
        if (Interlocked.Exchange(ref _saidDown, 1) == 0)
        {
            LogDown(reason);
        }
    }

    private void SayUp()
    {
        _failed = false;
        if (Interlocked.Exchange(ref _saidDown, 0) == 1)
        {
            LogUp();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer ({Reason}): rate limits hold for this process alone")]
    private partial void LogDown(string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers: rate limits are shared again")]
    private partial void LogUp();

    [LoggerMessage(LogLevel.Error, "Cannot connect to Redis with the given connection string")]
    private partial void LogCannotConnect(Exception exception);
}
