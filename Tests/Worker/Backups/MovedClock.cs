using System.Globalization;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>
/// The time of day of those processes that are given its environment, to be set by a test (libfaketime). What measures how time passes
/// goes on undisturbed, as on a machine whose clock is set.
/// </summary>
public sealed class MovedClock : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public MovedClock()
    {
        Set(TimeSpan.Zero);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    /// <summary>For the processes that shall have this clock, and their children.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .FirstOrDefault().ShouldNotBeNull("faketime is missing: make test installs it"),
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>Sets it to an offset from the machine's, which is seen within a second.</summary>
    public void Set(TimeSpan offset) => File.WriteAllText(_file, offset.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));

    public void Dispose() => File.Delete(_file);
}
