using System.Diagnostics;

namespace ProductionReady.Tests.Worker.Backups.Wal;

/// <summary>A file system of a few megabytes, to be filled. Mounted by root, as whom CI runs; without that right the test says so and fails.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string folder) => (Folder, _filler) = (folder, Path.Combine(folder, "filler"));

    public string Folder { get; }

    public static SmallDisk Mount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder).ShouldBe(0, "mounting a small disk needs root, or the capability to mount");
        return new SmallDisk(folder);
    }

    /// <summary>Leaves no room for another segment.</summary>
    public void Fill()
    {
        using var filler = File.Create(_filler);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // It is full now.
        }
    }

    public void MakeRoom() => File.Delete(_filler);

    public void Dispose() => Run("umount", "--lazy", Folder);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
