using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ProductionReady.AppHost.Embedded;

/// <summary>A port of this machine that is chosen once and kept beside the data, so that it is the same after a restart.</summary>
internal static class KeptPort
{
    // Below the ports that systems hand out by themselves (Linux from 32768, macOS from 49152).
    private const int First = 20_000;
    private const int Last = 29_999;

    /// <summary>The port of a server whose folder is <paramref name="folder"/>; kept in a file beside that.</summary>
    /// <param name="folder">The server's own folder; need not exist.</param>
    /// <param name="say">Takes a sentence when the kept port is another program's by now.</param>
    public static int For(string folder, Action<string> say)
    {
        var file = folder + ".port";
        var kept = File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : 0;
        if (kept is >= First and <= Last && (IsFree(kept) || IsInUse(folder)))
        {
            return kept;
        }

        var port = Enumerable.Range(0, 1000).Select(_ => Random.Shared.Next(First, Last + 1)).First(IsFree);
        if (kept != 0)
        {
            say($"Port {kept} of {Path.GetFileName(folder)} is taken by another program; it is {port} from now on.");
        }

        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    /// <summary>Whether nobody listens on the port, on any of the loopback addresses.</summary>
    public static bool IsFree(int port) =>
        CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static bool CanListen(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            return true; // the system has IPv6, but no ::1
        }
    }

    // The server of an earlier run may still be on its way out: then the port is not another program's.
    private static bool IsInUse(string folder) => new[] { "supervisor.pid", "server.pid" }
        .Select(name => Path.Combine(folder, name))
        .Any(file => File.Exists(file)
            && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && ProcessExists(process));

    private static bool ProcessExists(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
