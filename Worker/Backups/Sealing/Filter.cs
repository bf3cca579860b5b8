using System.Runtime.ExceptionServices;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Sealing;

/// <summary>Runs bytes through programs that read standard input and write standard output, one after the other.</summary>
internal static class Filter
{
    private const int EndedBySigPipe = 128 + 13;

    /// <summary>A broken pipe is seen before the exit of the program that broke it.</summary>
    private static readonly TimeSpan CauseFollowsWithin = TimeSpan.FromSeconds(3);

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

            var reading = read(children[^1].Output, oneFailed.Token);
            List<Task> tasks = [FeedAsync(write, children[0], oneFailed.Token)];
            foreach (var (child, next) in children.Zip(children.Skip(1)))
            {
                tasks.Add(child.WaitForSuccessAsync(oneFailed.Token));
                tasks.Add(FeedAsync((target, token) => child.Output.CopyToAsync(target, token), next, oneFailed.Token));
            }

            await AllAsync([.. tasks, children[^1].WaitForSuccessAsync(oneFailed.Token), reading], oneFailed);
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

    /// <summary>Waits for all.</summary>
    /// <param name="tasks">In the order in which the bytes pass.</param>
    /// <param name="oneFailed">Ends the others a while after the first failure.</param>
    private static async Task AllAsync(IReadOnlyList<Task> tasks, CancellationTokenSource oneFailed)
    {
        var running = tasks.ToList();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            if (!ended.IsCompletedSuccessfully)
            {
                oneFailed.CancelAfter(CauseFollowsWithin);
            }
        }

        var failures = tasks.Where(task => !task.IsCompletedSuccessfully).Select(task => task.Exception?.InnerException ?? new OperationCanceledException(oneFailed.Token)).ToList();
        if (failures.Count > 0)
        {
            ExceptionDispatchInfo.Throw(failures.OrderBy(Rank).First());
        }
    }

    /// <summary>
    /// The cause is what a program said. One that lost its reader says that, or nothing; one that got too little from the program before
    /// it comes after that one.
    /// </summary>
    private static int Rank(Exception failure) => failure switch
    {
        ChildFailedException { ExitCode: EndedBySigPipe } => 1,
        ChildFailedException failed when failed.Message.Contains("roken pipe", StringComparison.Ordinal) => 1,
        ChildFailedException => 0,
        OperationCanceledException => 3,
        _ => 2,
    };
}
