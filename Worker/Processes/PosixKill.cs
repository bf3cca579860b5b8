using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProductionReady.Worker.Processes;

/// <summary>Signals that end a child; the values are POSIX's.</summary>
public enum PosixKill
{
    /// <summary>SIGINT: PostgreSQL's fast shutdown, which leaves its files consistent.</summary>
    Int = 2,

    /// <summary>SIGQUIT: PostgreSQL's immediate shutdown, which still removes its shared memory.</summary>
    Quit = 3,

    /// <summary>SIGKILL.</summary>
    Kill = 9,
}

/// <summary>Sends what <see cref="System.Diagnostics.Process"/> cannot: it knows SIGKILL alone.</summary>
internal static class PosixSignals
{
    private const int NoSuchProcess = 3;

    public static void Send(int process, PosixKill signal)
    {
        if (Kill(process, (int)signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
