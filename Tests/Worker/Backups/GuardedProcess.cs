using System.Diagnostics;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>
/// Children that ask for a signal when their parent dies. They get it when the thread ends that started them, and threads of the pool
/// come and go: here it is one that lives as long as the child.
/// </summary>
internal static class GuardedProcess
{
    /// <summary>Starts a child.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Guard(start, started)) { IsBackground = true, Name = $"guards {start.FileName}" }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    private static void Guard(ProcessStartInfo start, TaskCompletionSource<Process> started)
    {
        try
        {
            var child = Process.Start(start)!;

            // The caller may dispose of his.
            using var watched = Process.GetProcessById(child.Id);
            started.SetResult(child);
            watched.WaitForExit();
        }
        catch (Exception error)
        {
            started.TrySetException(error);
        }
    }
}
