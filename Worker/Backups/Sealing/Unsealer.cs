using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Sealing;

/// <summary>Opens what <see cref="Sealer"/> made; only where the private key is.</summary>
public sealed class Unsealer(IOptions<EncryptionOptions> options)
{
    /// <summary>Whether there is a private key here.</summary>
    public bool CanOpen => options.Value.IdentityFile is { Length: > 0 };

    /// <summary>Opens one object. Its bytes are compared with its name on the way, and age refuses what was not sealed as it is.</summary>
    /// <param name="from">Where it is.</param>
    /// <param name="name">Which.</param>
    /// <param name="read">Reads the plain bytes to their end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupProblemException">
    /// It is missing, damaged or sealed for others, or there is no private key here. What <paramref name="read"/> has seen of it until
    /// then must not be used.
    /// </exception>
    public async Task<T> OpenAsync<T>(IObjectStore from, ObjectName name, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var identity = options.Value.IdentityFile is { Length: > 0 } file
            ? file
            : throw new BackupProblemException($"{name.Path} cannot be opened without a private key: name its file in {EncryptionOptions.Section}:{nameof(EncryptionOptions.IdentityFile)}.");
        await using var stored = await from.OpenAsync(name, cancellationToken);
        ContentDigest? digest = null;
        try
        {
            var result = await Filter.RunAsync(
                async (target, token) => digest = await HashedCopy.RunAsync(stored, target, token), Programs(name, identity), read, cancellationToken);
            return digest!.Sha256 == name.Sha256
                ? result
                : throw new BackupProblemException($"{name} is damaged: its SHA-256 is {digest.Sha256}.");
        }
        catch (ChildFailedException refused)
        {
            throw new BackupProblemException(
                await IsDamagedAsync(from, name, cancellationToken) is { } damage ? damage : $"{name} cannot be opened: {refused.Message}", refused);
        }
    }

    /// <summary>Opens one object into a file of this account's own.</summary>
    /// <inheritdoc cref="OpenAsync{T}(IObjectStore, ObjectName, Func{Stream, CancellationToken, Task{T}}, CancellationToken)"/>
    public async Task OpenIntoAsync(IObjectStore from, ObjectName name, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var target = PrivateFiles.Create(path);
            await OpenAsync(from, name, (plain, token) => HashedCopy.RunAsync(plain, target, token), cancellationToken);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static async Task<string?> IsDamagedAsync(IObjectStore from, ObjectName name, CancellationToken cancellationToken)
    {
        await using var stored = await from.OpenAsync(name, cancellationToken);
        var digest = await HashedCopy.RunAsync(stored, Stream.Null, cancellationToken);
        return digest.Sha256 == name.Sha256 ? null : $"{name} is damaged: its SHA-256 is {digest.Sha256}.";
    }

    private static List<ChildProgram> Programs(ObjectName name, string identity)
    {
        List<ChildProgram> programs = [new("age", "--decrypt", "-i", identity)];
        if (name.Suffix == ObjectName.CompressedAndSealed)
        {
            programs.Add(new ChildProgram("zstd", "-q", "-d", "-c"));
        }

        return programs;
    }
}
