using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// Forces a folder's entries to disk: after a power cut a rename is otherwise not sure to have happened (fsync(2)). The base
/// class library cannot open a folder.
/// </summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals renames in order and has no such call.
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} could not be opened.", new Win32Exception());
        }

        var flushed = Sync(descriptor) == 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (!flushed)
        {
            throw new IOException($"{folder} could not be forced to disk.", new Win32Exception(error));
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
