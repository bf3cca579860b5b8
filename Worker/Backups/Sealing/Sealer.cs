using System.Globalization;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Sealing;

/// <summary>
/// Compresses with <c>zstd</c> and encrypts with <c>age</c> to the public keys of the configuration: programs of Debian's, so that
/// what they made can be opened without this software.
/// </summary>
public sealed class Sealer(IOptions<EncryptionOptions> options)
{
    /// <summary>What <c>pg_basebackup</c> is asked for too.</summary>
    public const int CompressionLevel = 3;

    /// <summary>The public keys that can open what is sealed now.</summary>
    public IReadOnlyList<string> Recipients => options.Value.Recipients;

    /// <summary>Seals what is written into a file of the staging folder.</summary>
    /// <param name="write">Writes the plain bytes.</param>
    /// <param name="compress">False for what is compressed already.</param>
    /// <param name="stagingFolder">As the store wants it.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <exception cref="ChildFailedException">A program failed: says what it said.</exception>
    public async Task<StagedFile> SealAsync(
        Func<Stream, CancellationToken, Task> write, bool compress, string stagingFolder, CancellationToken cancellationToken)
    {
        await using var staged = StagedFile.Create(stagingFolder);
        try
        {
            var digest = await Filter.RunAsync(
                write, compress ? [Compress(), Encrypt()] : [Encrypt()], (output, token) => HashedCopy.RunAsync(output, staged, token), cancellationToken);
            return new StagedFile(staged.Name, digest);
        }
        catch
        {
            File.Delete(staged.Name);
            throw;
        }
    }

    /// <summary>Seals a stream from where it stands to its end.</summary>
    /// <inheritdoc cref="SealAsync(Func{Stream, CancellationToken, Task}, bool, string, CancellationToken)"/>
    public Task<StagedFile> SealAsync(Stream plain, bool compress, string stagingFolder, CancellationToken cancellationToken) =>
        SealAsync((target, token) => plain.CopyToAsync(target, token), compress, stagingFolder, cancellationToken);

    private static ChildProgram Compress() => new("zstd", "-q", "-c", string.Create(CultureInfo.InvariantCulture, $"-{CompressionLevel}"));

    private ChildProgram Encrypt() => new("age", ["--encrypt", .. options.Value.Recipients.SelectMany(recipient => new[] { "-r", recipient })]);
}
