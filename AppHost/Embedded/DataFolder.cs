using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.AppHost.Embedded;

/// <summary>
/// Where the embedded servers keep their data. Started by root they run as other accounts, which must be able to walk into
/// the folder: below /root, or another closed folder, they cannot, so the data then go to <see cref="Elsewhere"/>.
/// </summary>
internal static class DataFolder
{
    /// <summary>For data whose wished-for place the servers' accounts cannot reach: one folder for each such place.</summary>
    public const string Elsewhere = "/var/lib/productionready";

    private const UnixFileMode Enter = UnixFileMode.OtherExecute;
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder ready and returns its full path.</summary>
    /// <param name="wished">The folder asked for.</param>
    /// <param name="say">Takes a sentence when the data have to go elsewhere.</param>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static string Prepare(string wished, Action<string> say)
    {
        wished = Path.GetFullPath(wished);
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(wished);
            return wished;
        }

        if (ClosedAbove(wished) is not { } closed)
        {
            return Open(wished);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wished)))[..8];
        var folder = Path.Combine(Elsewhere, hash);
        say($"The servers' data are kept in {folder}: their accounts may not enter {closed}, so {wished} is out of their reach.");
        Open(Elsewhere);
        return Open(folder);
    }

    private static string? ClosedAbove(string folder)
    {
        for (var above = Directory.GetParent(folder); above is not null; above = above.Parent)
        {
            if (above.Exists && !OperatingSystem.IsWindows() && (above.UnixFileMode & Enter) == 0)
            {
                return above.FullName;
            }
        }

        return null;
    }

    // Others may pass through, not look: what is inside belongs to each server's account alone.
    private static string Open(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | OwnersAlone | Enter);
        }

        return folder;
    }
}
