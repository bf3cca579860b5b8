using System.Diagnostics;
using System.Text;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

/// <summary>A Worker that runs; killed when disposed, if it still does.</summary>
public sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly Task _output;

    public WorkerProcess(Process process)
    {
        _process = process;
        _output = Task.WhenAll(ListenAsync(process.StandardOutput), ListenAsync(process.StandardError));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>kill -9, of this process alone: its children have to notice by themselves.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    /// <summary>SIGSTOP, of this process alone: it stands still and does not know.</summary>
    public async Task FreezeAsync()
    {
        using var stop = Process.Start("kill", ["-STOP", $"{Id}"]);
        await stop.WaitForExitAsync();
    }

    /// <summary>SIGCONT after <see cref="FreezeAsync"/>.</summary>
    public async Task ThawAsync()
    {
        using var go = Process.Start("kill", ["-CONT", $"{Id}"]);
        await go.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code that comes of it.</summary>
    public async Task<ServiceRun> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<ServiceRun> ExitAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(bound.Token);
        await _output.WaitAsync(bound.Token);
        return new ServiceRun(_process.ExitCode, Said());
    }

    /// <summary>What it said until now.</summary>
    public string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }

    /// <summary>Ids of its children of that name that run (Linux).</summary>
    public IReadOnlyList<int> Children(string name) =>
        [.. Process.GetProcessesByName(name).Select(process => process.Id).Where(id => ParentOf(id) == Id)];

    /// <summary>Whether a process runs; one that ended and that nobody has asked for its exit code does not.</summary>
    public static bool Runs(int id) => Status(id) is { } status && !status.Contains("State:\tZ", StringComparison.Ordinal);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ListenAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (_said)
            {
                _said.AppendLine(line);
            }
        }
    }

    private static int ParentOf(int id) =>
        Status(id)?.Split('\n').Single(line => line.StartsWith("PPid:", StringComparison.Ordinal)) is { } line ? int.Parse(line[5..]) : 0;

    private static string? Status(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/status");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
