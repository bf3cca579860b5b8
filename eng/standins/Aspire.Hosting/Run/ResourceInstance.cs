using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Run;

/// <summary>One replica of a resource with a process: starts it, stops it, and tells its states.</summary>
internal sealed partial class ResourceInstance(IResource resource, int replica, ResourceLauncher launcher, ResourceLoggerService loggers)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ILogger _log = loggers.GetLogger(ReplicaIds.Of(resource)[replica]);
    private readonly InstanceStates _states = new(resource, ReplicaIds.Of(resource)[replica], launcher.Services);
    private CancellationTokenSource? _starting;
    private SupervisedProcess? _process;
    private Task _ended = Task.CompletedTask;
    private bool _stopping;

    public IResource Resource => resource;

    public string Id { get; } = ReplicaIds.Of(resource)[replica];

    /// <summary>Starts the process when what it waits for is there; when that is not possible, the state tells.</summary>
    public async Task<ExecuteCommandResult> StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        using var starting = _starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (!_ended.IsCompleted)
            {
                return CommandResults.Failure($"'{Id}' runs already.");
            }

            await _states.StartingAsync(starting.Token);
            var specification = await launcher.PrepareAsync(resource, replica, _log, starting.Token);
            _process = await SupervisedProcess.StartAsync(
                specification,
                $"{Id}-{Guid.NewGuid():n}",
                (line, isError) => loggers.Write(Id, line, isError));
            await _states.RunningAsync(_process.Pid, launcher.UrlsOf(resource, replica));
            _stopping = false;
            _ended = WatchAsync(_process);
            return CommandResults.Success();
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            await _states.NotStartedAsync();
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            // Whatever kept it from starting, the application goes on and the state tells.
            LogFailedToStart(_log, Id, e.Message);
            await _states.FailedToStartAsync();
            return CommandResults.Failure(e);
        }
        finally
        {
            _starting = null;
            _turn.Release();
        }
    }

    /// <summary>Ends the process: gracefully within 30 seconds, then by force.</summary>
    /// <param name="hurry">Ends the grace.</param>
    public async Task<ExecuteCommandResult> StopAsync(CancellationToken hurry)
    {
        CancelStart();
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (_process is null || _ended.IsCompleted)
            {
                return CommandResults.Failure($"'{Id}' does not run.");
            }

            _stopping = true;
            await _states.StoppingAsync();
            await _process.SignalAsync("TERM");
            await Task.WhenAny(_ended, Task.Delay(Grace, hurry));
            if (!_ended.IsCompleted)
            {
                LogKilled(_log, Id);
                await _process.SignalAsync("KILL");
                await Task.WhenAny(_ended, Task.Delay(Grace));
                if (!_ended.IsCompleted)
                {
                    _process.Kill();
                }
            }

            await _ended;
            return CommandResults.Success();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void CancelStart()
    {
        try
        {
            _starting?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The start has just ended.
        }
    }

    private async Task WatchAsync(SupervisedProcess process)
    {
        var code = await process.Exited;
        if (code != 0 && !_stopping)
        {
            var lines = string.Join('\n', loggers.LastLines(Id, 10).Select(l => $"  | {l.Content}"));
            LogFailed(_log, Id, code, lines);
        }

        await _states.FinishedAsync(code);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} failed to start: {Reason}")]
    private static partial void LogFailedToStart(ILogger log, string resource, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} failed: it ended with exit code {ExitCode}. Its last lines:\n{Lines}")]
    private static partial void LogFailed(ILogger log, string resource, int exitCode, string lines);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} did not end in time and is killed")]
    private static partial void LogKilled(ILogger log, string resource);
}
