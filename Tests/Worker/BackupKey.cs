using System.Diagnostics;

namespace ProductionReady.Tests.Worker;

/// <summary>A key pair of age.</summary>
/// <param name="Recipient">The public key.</param>
/// <param name="IdentityFile">Full path of the file with the private key.</param>
public sealed record BackupKey(string Recipient, string IdentityFile)
{
    private const string SaidBefore = "# public key: ";

    /// <summary>Makes one in a folder.</summary>
    public static async Task<BackupKey> CreateAsync(string folder)
    {
        var file = Path.Combine(folder, $"{Path.GetRandomFileName()}.key");
        using var program = Process.Start(new ProcessStartInfo("age-keygen", ["-o", file]) { RedirectStandardError = true })!;
        await program.WaitForExitAsync();
        program.ExitCode.ShouldBe(0, await program.StandardError.ReadToEndAsync());
        return new BackupKey((await File.ReadAllLinesAsync(file)).Single(line => line.StartsWith(SaidBefore, StringComparison.Ordinal))[SaidBefore.Length..], file);
    }
}
