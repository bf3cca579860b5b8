using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Run;

/// <summary>
/// A process that ends with this one, together with everything it started: <c>supervise.sh</c> sees to it. Its signals go
/// through the supervisor, because only a parent knows for sure that a process number is still its child's.
/// </summary>
internal sealed class SupervisedProcess
{
    // After the command has ended, the supervisor and its guard take up to nine seconds to end what it left.
    private static readonly TimeSpan Leftovers = TimeSpan.FromSeconds(20);

    private static readonly string Script = Path.Combine(Path.GetDirectoryName(typeof(SupervisedProcess).Assembly.Location)!, "supervise.sh");

    private readonly Process _supervisor;
    private readonly string _mark;

    private SupervisedProcess(Process supervisor, string mark, Action<string, bool> lineWritten)
    {
        _supervisor = supervisor;
        _mark = mark;
        Pid = ChildProcess.NumberOf(supervisor);
        Exited = EndAsync(
            OutputLines.ReadAsync(supervisor.StandardOutput, line => lineWritten(line, false)),
            OutputLines.ReadAsync(supervisor.StandardError, line => lineWritten(line, true)));
    }

    /// <summary>The command's process number; null when it ended too soon to be seen.</summary>
    public int? Pid { get; }

    /// <summary>The exit code, when nothing of the process is left and all it wrote was read.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public static SupervisedProcess Start(LaunchSpecification specification, string mark, Action<string, bool> lineWritten)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The stand-ins for Aspire run processes on Linux only; build with a feed that carries Aspire.");
        }

        var launch = specification.Resolved();
        var start = Supervisor("run", mark, launch.Command, launch.Arguments);
        start.WorkingDirectory = launch.WorkingDirectory;
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new SupervisedProcess(Process.Start(start)!, mark, lineWritten);
        }
        catch (Win32Exception e)
        {
            throw new DistributedApplicationException($"'setsid' and 'setpriv' of util-linux are needed to run '{launch.Command}': {e.Message}", e);
        }
    }

    /// <summary>Sends a signal to the command, not to what it started.</summary>
    /// <param name="name">The signal's name, such as TERM.</param>
    public async Task SignalAsync(string name)
    {
        try
        {
            await _supervisor.StandardInput.WriteLineAsync(name);
            await _supervisor.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads: the command has just ended, or the guard was killed. Killing the supervisor kills the command.
            _supervisor.Kill();
        }
    }

    private async Task<int> EndAsync(Task output, Task errors)
    {
        await _supervisor.WaitForExitAsync();
        var code = _supervisor.ExitCode;
        _supervisor.StandardInput.Close();
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(Leftovers));
        await EndLeftoversAsync();
        _supervisor.Dispose();
        return code;
    }

    // The guard did this already unless it was killed.
    private async Task EndLeftoversAsync()
    {
        if (Pid is not { } pid)
        {
            return;
        }

        using var guard = Process.Start(Supervisor("guard", _mark, $"{pid}", []))!;
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
    }

    private static ProcessStartInfo Supervisor(string mode, string mark, string subject, IReadOnlyList<string> arguments) =>
        new("setsid", ["bash", Script, mode, mark, subject, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
}
