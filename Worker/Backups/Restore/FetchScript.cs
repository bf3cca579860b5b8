using System.Globalization;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>
/// The server's <c>restore_command</c>: asks this process for a file of the log through files in a folder, waits, and copies it. Ends when
/// the server does. In the folder are <c>want/FILE</c> (asked for), <c>have/FILE</c> (there), <c>none/FILE</c> (there is none) and
/// <c>fail/FILE</c> (it must not be replayed: the server gives up).
/// </summary>
internal static class FetchScript
{
    private const string FileName = "fetch.sh";

    // 255: an exit code above 125 ends the recovery; a lower one says that the log ends here.
    private const string Text = """
        #!/bin/sh
        # $1 is the file of the log that the server wants, $2 where it wants it.
        cd "${0%/*}" || exit 255
        target=$2
        case $target in /*) ;; *) target=$3/$2 ;; esac
        : > "want/$1" || exit 255
        while :; do
            if [ -e "have/$1" ]; then
                cp "have/$1" "$target" || exit 255
                rm -f "have/$1"
                exit 0
            fi
            [ -e "none/$1" ] && rm -f "none/$1" && exit 1
            [ -e "fail/$1" ] && exit 255
            kill -0 "$PPID" 2>/dev/null || exit 255
            sleep 0.01
        done

        """;

    /// <summary>Writes it into a folder, with the folders it speaks through.</summary>
    public static void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, FileName), Text);
        foreach (var name in (string[])["want", "have", "none", "fail"])
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            if (!OperatingSystem.IsWindows())
            {
                // Nobody but the server's account enters the folder that these are in.
                File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
            }
        }
    }

    /// <summary>The setting.</summary>
    /// <param name="folder">Where it was written.</param>
    /// <param name="data">The server's data folder.</param>
    public static string Command(string folder, string data) => string.Create(
        CultureInfo.InvariantCulture, $"restore_command=exec sh '{Path.Combine(folder, FileName)}' '%f' '%p' '{data.Replace("%", "%%", StringComparison.Ordinal)}'");
}
