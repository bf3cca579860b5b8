using System.Runtime.Versioning;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Base;

/// <summary>Programs that a Worker runs, of which one waits before it does its work: a phase of a job that lasts as long as a test wants.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HeldPrograms : IDisposable
{
    private readonly string _folder;

    public HeldPrograms()
    {
        // A Worker that is root runs servers under another account, which comes here too.
        _folder = Directory.CreateTempSubdirectory("productionready-held-").FullName;
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        foreach (var program in Directory.EnumerateFiles(Path.GetDirectoryName(PostgresBinaries.Find("pg_verifybackup"))!))
        {
            File.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(program)), program);
        }
    }

    /// <summary>What leads a Worker to them.</summary>
    public (string Key, string Value)[] Settings => [("PG_BIN", _folder), ("PATH", $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}")];

    private string Waits => Path.Combine(_folder, "waits");

    /// <summary>Makes one wait from now on.</summary>
    public void Hold(string program)
    {
        var real = PostgresBinaries.Find(program);
        var path = Path.Combine(_folder, program);
        File.Delete(path);
        File.WriteAllText(path, $"""
            #!/bin/sh
            [ "$1" = --version ] && exec {real} "$@"
            : > {Waits}
            while [ -e {Waits} ] && kill -0 $PPID 2>/dev/null; do sleep 0.05; done
            exec {real} "$@"

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    /// <summary>Waits until the program waits.</summary>
    public Task IsHeldAsync(WorkerProcess worker) => Eventually.BecomesTrueAsync("the program waits", TimeSpan.FromSeconds(60), () =>
    {
        (worker.HasExited && !File.Exists(Waits)).ShouldBeFalse(worker.HasExited ? worker.Said() : null);
        return Task.FromResult(File.Exists(Waits));
    });

    /// <summary>Lets it go on.</summary>
    public void Release() => File.Delete(Waits);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
