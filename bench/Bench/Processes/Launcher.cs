using System.Collections.Concurrent;
using System.Diagnostics;

namespace ProductionReady.Bench.Processes;

/// <summary>
/// Starts every process from one thread that lives as long as this program. The kernel ends a child with the
/// <i>thread</i> that started it (PR_SET_PDEATHSIG), so a pool thread that retires would take its children along.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Requests = StartThread();

    /// <summary>Starts a program that cannot outlive this one, not even after a kill -9.</summary>
    /// <param name="asUser">Whom to run it as; only root may name another user.</param>
    internal static Process Start(ProcessStartInfo program, string? asUser = null)
    {
        var tied = new ProcessStartInfo("setpriv")
        {
            RedirectStandardOutput = program.RedirectStandardOutput,
            RedirectStandardError = program.RedirectStandardError,
            RedirectStandardInput = true,
            WorkingDirectory = program.WorkingDirectory,
        };
        string[] identity = asUser is null ? [] : [$"--reuid={asUser}", $"--regid={asUser}", "--init-groups"];
        foreach (var argument in (string[])[.. identity, "--pdeathsig=KILL", "--", program.FileName, .. program.ArgumentList])
        {
            tied.ArgumentList.Add(argument);
        }

        tied.Environment.Clear();
        foreach (var (name, value) in program.Environment)
        {
            tied.Environment[name] = value;
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                var process = Process.Start(tied)!;
                process.StandardInput.Close();
                started.SetResult(process);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Action> StartThread()
    {
        var requests = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var request in requests.GetConsumingEnumerable())
            {
                request();
            }
        })
        { IsBackground = true, Name = "process launcher" }.Start();
        return requests;
    }
}
