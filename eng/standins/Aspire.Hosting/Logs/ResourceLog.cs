using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The last 10,000 lines of one resource.</summary>
internal sealed class ResourceLog(Action<LogLine> added)
{
    private const int Capacity = 10_000;

    private readonly Lock _changes = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly List<ChannelWriter<LogLine>> _watchers = [];
    private int _number;

    public void Add(string content, bool isError)
    {
        LogLine line;
        lock (_changes)
        {
            line = new LogLine(++_number, content, isError);
            _lines.Enqueue(line);
            if (_lines.Count > Capacity)
            {
                _lines.Dequeue();
            }

            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(line);
            }
        }

        added(line);
    }

    public IReadOnlyList<LogLine> Lines()
    {
        lock (_changes)
        {
            return [.. _lines];
        }
    }

    public IReadOnlyList<LogLine> Last(int count)
    {
        lock (_changes)
        {
            return [.. _lines.Skip(_lines.Count - count)];
        }
    }

    public void Complete()
    {
        lock (_changes)
        {
            _watchers.ForEach(w => w.TryComplete());
            _watchers.Clear();
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync()
    {
        var channel = Channel.CreateUnbounded<LogLine>(new() { SingleReader = true });
        lock (_changes)
        {
            foreach (var line in _lines)
            {
                channel.Writer.TryWrite(line);
            }

            _watchers.Add(channel.Writer);
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync())
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                yield return batch;
            }
        }
        finally
        {
            lock (_changes)
            {
                _watchers.Remove(channel.Writer);
            }
        }
    }
}
