using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Aspire.Hosting.Run;

/// <summary>
/// A process that ends with this one, together with everything it started: <c>supervise.sh</c> sees to it. Its signals go
/// through the supervisor, because only a parent knows for sure that a process number is still its child's.
/// </summary>
internal sealed class SupervisedProcess
{
    private const string MarkVariable = "ASPIRE_STANDIN_MARK";

    // After the command has ended, its guard takes up to five seconds to end what it left.
    private static readonly TimeSpan Leftovers = TimeSpan.FromSeconds(8);

    private static readonly string Script = Path.Combine(Path.GetDirectoryName(typeof(SupervisedProcess).Assembly.Location)!, "supervise.sh");

    private readonly Process _supervisor;
    private readonly string _mark;

    private SupervisedProcess(Process supervisor, string mark, Action<string, bool> lineWritten)
    {
        _supervisor = supervisor;
        _mark = mark;
        Exited = EndAsync(
            OutputLines.ReadAsync(supervisor.StandardOutput, line => lineWritten(line, false)),
            OutputLines.ReadAsync(supervisor.StandardError, line => lineWritten(line, true)));
    }

    /// <summary>The command's process number; null when it ended too soon to be seen.</summary>
    public int? Pid { get; private set; }

    /// <summary>The exit code, when nothing of the process is left and all it wrote was read.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public static async Task<SupervisedProcess> StartAsync(
        LaunchSpecification specification,
        string mark,
        Action<string, bool> lineWritten)
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
            var process = new SupervisedProcess(Process.Start(start)!, mark, lineWritten);
            process.Pid = await CommandNumber.FindAsync(process._supervisor, $"{MarkVariable}={mark}");
            return process;
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
            // Past the writer's buffer, whose rest would be written, and fail, when the writer is closed.
            await _supervisor.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes($"{name}\n"));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command has just ended, or its guard was killed. While its parent lives, its number is its own.
            if (!Exited.IsCompleted && Pid is { } pid)
            {
                await RunAsync(new ProcessStartInfo("sh", ["-c", "kill -s \"$1\" \"$2\" 2>/dev/null", "kill", name, $"{pid}"]));
            }
        }
    }

    /// <summary>Kills the command together with its supervisor.</summary>
    public void Kill() => _supervisor.Kill();

    private async Task<int> EndAsync(Task output, Task errors)
    {
        await _supervisor.WaitForExitAsync();
        var code = _supervisor.ExitCode;
        _supervisor.StandardInput.BaseStream.Close();
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(Leftovers));
        if (Pid is { } pid)
        {
            // The guard did this already, unless it was killed.
            await RunAsync(Supervisor("end", _mark, $"{pid}", []));
        }

        return code;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
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
