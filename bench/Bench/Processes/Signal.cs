using System.Runtime.InteropServices;

namespace ProductionReady.Bench.Processes;

/// <summary>The signals this program sends; the values are those of Linux.</summary>
internal enum Signal
{
    /// <summary>PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>At once, without a word.</summary>
    Kill = 9,

    /// <summary>The polite request that ASP.NET Core, Redis and Node honour.</summary>
    Terminate = 15,
}

/// <summary>Sends signals to single processes, by id.</summary>
internal static class Signals
{
    /// <summary>Sends it; a process that has already ended is no error.</summary>
    internal static void Send(int processId, Signal signal) => _ = Kill(processId, (int)signal);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);
}
