using System.Diagnostics;

namespace ProductionReady.Worker.Processes;

/// <summary>
/// A child that does not outlive this process. On Linux it is started through <c>setpriv --pdeathsig</c>, so the kernel
/// ends it even after a kill -9 of this process; that signal is tied to the thread which forked, hence a thread of its own
/// that lives as long as the child. Elsewhere the child ends by a stop or by its broken pipe only.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<int> exit;
    private readonly Task<string> errors;

    private ChildProcess(string program, Process process, Task<int> exit)
    {
        Program = Path.GetFileName(program);
        this.process = process;
        this.exit = exit;
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        errors = OutputTail.ReadAsync(process.StandardError);
    }

    /// <summary>Name of the program, without its folder.</summary>
    public string Program { get; }

    /// <summary>Standard input; disposed of, the child sees its end.</summary>
    public Stream Input { get; }

    /// <summary>Standard output; has to be read by the caller, or the child blocks.</summary>
    public Stream Output { get; }

    /// <summary>Whether the child has ended.</summary>
    public bool HasExited => exit.IsCompleted;

    /// <summary>The last lines of standard error, complete once the child has exited.</summary>
    public Task<string> Errors => errors;

    /// <summary>Starts the child and returns once it runs.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Task<ChildProcess> StartAsync(ChildProgram program)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                var process = Process.Start(ChildStart.Describe(program))!;
                started.SetResult(new ChildProcess(program.Program, process, exit.Task));
                process.WaitForExit();
                exit.SetResult(process.ExitCode);
            }
            catch (Exception error) when (!started.Task.IsCompleted)
            {
                started.SetException(error);
            }
        })
        {
            IsBackground = true,
            Name = Path.GetFileName(program.Program),
        };
        thread.Start();
        return started.Task;
    }

    /// <summary>Waits until the child exits by itself.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> WaitAsync(CancellationToken cancellationToken) => exit.WaitAsync(cancellationToken);

    /// <summary>Waits for success.</summary>
    /// <exception cref="ChildFailedException">Another exit code than 0; carries the last lines of standard error.</exception>
    public async Task WaitForSuccessAsync(CancellationToken cancellationToken)
    {
        if (await WaitAsync(cancellationToken) is var code and not 0)
        {
            throw new ChildFailedException(Program, code, await errors);
        }
    }

    /// <summary>Sends a signal, unless the child has ended.</summary>
    public void Signal(PosixKill signal)
    {
        if (!HasExited)
        {
            PosixSignals.Send(process.Id, signal);
        }
    }

    /// <summary>Ends the child and its children, if they run, and waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await exit;
        process.Dispose();
    }
}
