using System.ComponentModel;
using System.Diagnostics;

namespace ProductionReady.AppHost;

/// <summary>
/// The key pair of a run on this machine, so that backups can be restored and drilled here. What is published takes the public
/// key from a parameter: the private one stays with the operator.
/// </summary>
/// <param name="Recipient">The public key.</param>
/// <param name="IdentityFile">Full path of the file with the private key.</param>
internal sealed record BackupKey(string Recipient, string IdentityFile)
{
    private const string FileName = "backup.key";
    private const string SaidBefore = "# public key: ";

    /// <summary>Takes the pair kept in a folder, or makes one there.</summary>
    /// <exception cref="FileNotFoundException"><c>age-keygen</c> is missing; says what to install.</exception>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public static BackupKey Prepare(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            Make(file);
        }

        var recipient = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(SaidBefore, StringComparison.Ordinal))?[SaidBefore.Length..]
            ?? throw new IOException($"{file} does not name its public key: it is no file that age-keygen wrote.");
        return new BackupKey(recipient, file);
    }

    private static void Make(string file)
    {
        try
        {
            using var program = Process.Start(new ProcessStartInfo("age-keygen", ["-o", file]) { RedirectStandardError = true })!;
            var said = program.StandardError.ReadToEnd();
            program.WaitForExit();
            if (program.ExitCode != 0)
            {
                throw new IOException($"age-keygen could not make {file}: {said.Trim()}");
            }
        }
        catch (Win32Exception missing)
        {
            throw new FileNotFoundException(
                "age-keygen was not found: install age (Debian, Ubuntu: apt-get install age zstd; macOS: brew install age zstd).", missing);
        }
    }
}

/// <summary>Tells the Worker to whom it encrypts backups.</summary>
internal static class BackupKeyExtensions
{
    /// <summary>Hands the Worker the run's own pair, or in what is published the public key of a parameter.</summary>
    public static IResourceBuilder<ProjectResource> WithBackupKey(this IResourceBuilder<ProjectResource> worker, BackupKey? key) => key is null
        ? worker.WithEnvironment("Backups__Encryption__Recipients__0", worker.ApplicationBuilder.AddParameter("backup-recipient"))
        : worker
            .WithEnvironment("Backups__Encryption__Recipients__0", key.Recipient)
            .WithEnvironment("Backups__Encryption__IdentityFile", key.IdentityFile);
}
