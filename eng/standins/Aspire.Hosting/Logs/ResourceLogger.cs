using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes log messages as lines of resource logs.</summary>
internal sealed class ResourceLogger(IReadOnlyList<ResourceLog> logs) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)}{Environment.NewLine}{exception}";
        foreach (var line in text.Split('\n'))
        {
            foreach (var log in logs)
            {
                log.Add(line.TrimEnd('\r'), logLevel >= LogLevel.Error);
            }
        }
    }
}
