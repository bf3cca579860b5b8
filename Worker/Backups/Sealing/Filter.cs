using System.Runtime.ExceptionServices;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Sealing;

/// <summary>Runs bytes through programs that read standard input and write standard output, one after the other.</summary>
internal static class Filter
{
    /// <summary>A broken pipe is seen before the exit of the program that broke it.</summary>
    private static readonly TimeSpan CauseFollowsWithin = TimeSpan.FromSeconds(1);

    /// <summary>Pumps until all programs have ended well.</summary>
    /// <param name="write">Writes what goes in; the first program's input is closed after it.</param>
    /// <param name="programs">In the order in which the bytes pass them.</param>
    /// <param name="read">Reads what comes out, to its end.</param>
    /// <param name="cancellationToken">Ends the programs.</param>
    /// <exception cref="ChildFailedException">A program failed: says what it said.</exception>
    public static async Task<T> RunAsync<T>(
        Func<Stream, CancellationToken, Task> write,
        IReadOnlyList<ChildProgram> programs,
        Func<Stream, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        List<ChildProcess> children = [];
        using var oneFailed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var program in programs)
            {
                children.Add(await ChildProcess.StartAsync(program));
            }

            List<Task> pumps = [FeedAsync(write, children[0], oneFailed.Token)];
            pumps.AddRange(children.Zip(children.Skip(1), (from, to) =>
                FeedAsync((target, token) => from.Output.CopyToAsync(target, token), to, oneFailed.Token)));
            var reading = read(children[^1].Output, oneFailed.Token);
            pumps.Add(reading);
            await AllAsync([.. pumps, .. children.Select(child => child.WaitForSuccessAsync(oneFailed.Token))], oneFailed);
            return await reading;
        }
        finally
        {
            foreach (var child in children)
            {
                await child.DisposeAsync();
            }
        }
    }

    private static async Task FeedAsync(Func<Stream, CancellationToken, Task> write, ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            await write(child.Input, cancellationToken);
        }
        finally
        {
            await child.Input.DisposeAsync();
        }
    }

    /// <summary>Waits for all. What a program said is the cause of what its neighbours then see: it is what is reported.</summary>
    private static async Task AllAsync(List<Task> tasks, CancellationTokenSource oneFailed)
    {
        List<Exception> failures = [];
        while (tasks.Count > 0)
        {
            var ended = await Task.WhenAny(tasks);
            tasks.Remove(ended);
            if (!ended.IsCompletedSuccessfully)
            {
                failures.Add(ended.Exception?.InnerException ?? new OperationCanceledException(oneFailed.Token));
                oneFailed.CancelAfter(CauseFollowsWithin);
            }
        }

        if (failures.Count > 0)
        {
            ExceptionDispatchInfo.Throw(failures.FirstOrDefault(failure => failure is ChildFailedException) ?? failures[0]);
        }
    }
}
