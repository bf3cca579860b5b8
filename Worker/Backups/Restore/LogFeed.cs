using System.Collections.Concurrent;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Hands a recovering server the files of the log that it asks for, and prepares the next ones meanwhile.</summary>
internal sealed class LogFeed : IAsyncDisposable
{
    private const int Ahead = 8;
    private const int AtOnce = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly string folder;
    private readonly LogShelf shelf;
    private readonly LogWay way;
    private readonly IProgress<string>? progress;
    private readonly CancellationTokenSource done = new();
    private readonly ConcurrentDictionary<string, Task<bool>> ready = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim slots = new(AtOnce);
    private readonly Task serving;
    private ulong prepareNext;

    /// <summary>Begins.</summary>
    /// <param name="folder">Where <see cref="FetchScript"/> was written.</param>
    /// <param name="shelf">What there is.</param>
    /// <param name="way">Which of it is wanted.</param>
    /// <param name="progress">Told of each segment.</param>
    public LogFeed(string folder, LogShelf shelf, LogWay way, IProgress<string>? progress)
    {
        (this.folder, this.shelf, this.way, this.progress) = (folder, shelf, way, progress);
        prepareNext = way.First.Number;
        serving = ServeAsync();
    }

    /// <summary>Why the server was not given a file that it needs; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        await serving;
        await ((Task)Task.WhenAll(ready.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        slots.Dispose();
        done.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!done.IsCancellationRequested)
        {
            foreach (var want in Directory.EnumerateFiles(In("want")).Select(path => Path.GetFileName(path)).ToList())
            {
                File.Delete(In("want", want));
                _ = AnswerAsync(want);
            }

            Prepare();
            await Task.Delay(Pause, done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(string file)
    {
        try
        {
            var segment = WalSegment.TryParse(file, shelf.SegmentSize);
            if (segment is { } wanted)
            {
                progress?.Report($"Log: segment {file} ({wanted.Number - way.First.Number + 1} of {way.Last - way.First.Number + 1})");
                if (way.GapAt(wanted) is { } gap)
                {
                    throw new BackupProblemException(gap);
                }

                prepareNext = wanted.Number + 1;
            }

            var found = await BringAsync(file, urgent: true);
            ready.TryRemove(file, out _);
            if (found)
            {
                File.Move(In(Ready(file)), In("have", file));
            }
            else
            {
                Say("none", file);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            Problem ??= problem.Message;
            Say("fail", file);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
    }

    private void Prepare()
    {
        while (prepareNext <= way.Last && ready.Count < Ahead)
        {
            if (way.Of(prepareNext++) is { } segment)
            {
                // A failure is told when the server wants the file, if it ever does.
                _ = BringAsync(segment.FileName, urgent: false);
            }
        }
    }

    /// <summary>Brings a file once, however often it is asked for until it is handed over.</summary>
    private Task<bool> BringAsync(string file, bool urgent) => ready.GetOrAdd(file, _ => CopyAsync(file, urgent));

    private async Task<bool> CopyAsync(string file, bool urgent)
    {
        await Task.Yield();
        if (!urgent)
        {
            await slots.WaitAsync(done.Token);
        }

        try
        {
            var path = In(Ready(file));
            if (!await shelf.TryCopyAsync(file, path, done.Token))
            {
                return false;
            }

            if (!OperatingSystem.IsWindows())
            {
                // Nobody but the server's account enters the folder that it is in.
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            return true;
        }
        finally
        {
            if (!urgent)
            {
                slots.Release();
            }
        }
    }

    private static string Ready(string file) => $".{file}";

    private void Say(string answer, string file) => File.WriteAllBytes(In(answer, file), []);

    private string In(params string[] parts) => Path.Combine([folder, .. parts]);
}
