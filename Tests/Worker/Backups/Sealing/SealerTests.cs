using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Tests.Worker.Backups.Sealing;

[UnsupportedOSPlatform("windows")]
public sealed class SealerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-sealing-");
    private readonly FolderStore _store;

    public SealerTests() => _store = new FolderStore(_folder.FullName);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task What_was_sealed_is_opened_by_any_of_its_recipients_and_by_nobody_else(int size)
    {
        var (first, second, stranger) = (await KeyAsync(), await KeyAsync(), await KeyAsync());
        var plain = RandomNumberGenerator.GetBytes(size);
        var name = await StoreAsync(plain, first, second);

        (await OpenAsync(name, first)).ShouldBe(plain);
        (await OpenAsync(name, second)).ShouldBe(plain);
        (await Should.ThrowAsync<BackupProblemException>(() => OpenAsync(name, stranger))).Message.ShouldContain("no identity matched any of the recipients");
        (await Should.ThrowAsync<BackupProblemException>(() => OpenAsync(name, null))).Message.ShouldContain("Backups:Encryption:IdentityFile");
    }

    [Fact]
    public async Task Object_that_was_damaged_is_named_and_gives_nothing()
    {
        var key = await KeyAsync();
        var name = await StoreAsync(Encoding.UTF8.GetBytes(new string('x', 300_000)), key);
        var path = Path.Combine(_folder.FullName, name.Key);
        var bytes = await File.ReadAllBytesAsync(path);
        foreach (var position in (int[])[0, bytes.Length / 2, bytes.Length - 1])
        {
            var damaged = (byte[])bytes.Clone();
            damaged[position] ^= 1;
            await File.WriteAllBytesAsync(path, damaged);
            (await Should.ThrowAsync<BackupProblemException>(() => OpenAsync(name, key))).Message.ShouldStartWith($"{name.Key} is damaged");
        }

        await File.WriteAllBytesAsync(path, bytes[..^100]);
        (await Should.ThrowAsync<BackupProblemException>(() => OpenAsync(name, key))).Message.ShouldStartWith($"{name.Key} is damaged");
    }

    [Fact]
    public async Task Failure_of_what_is_sealed_leaves_no_file()
    {
        var sealer = new Sealer(Options.Create(new EncryptionOptions { Recipients = [(await KeyAsync()).Recipient] }));
        await Should.ThrowAsync<InvalidDataException>(() => sealer.SealAsync(
            async (target, cancellationToken) =>
            {
                await target.WriteAsync(new byte[1000], cancellationToken);
                throw new InvalidDataException("The source broke.");
            },
            compress: true,
            _store.StagingFolder,
            CancellationToken.None));
        Directory.EnumerateFiles(_store.StagingFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refusal_of_a_program_is_told_in_its_own_words_and_leaves_no_file()
    {
        var sealer = new Sealer(Options.Create(new EncryptionOptions { Recipients = ["age1nobody"] }));
        var refused = await Should.ThrowAsync<ChildFailedException>(() => sealer.SealAsync(new MemoryStream(new byte[10_000_000]), compress: false, _store.StagingFolder, CancellationToken.None));
        refused.Message.ShouldContain("age1nobody");
        Directory.EnumerateFiles(_store.StagingFolder).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<BackupKey> KeyAsync() => BackupKey.CreateAsync(_folder.FullName);

    private async Task<ObjectName> StoreAsync(byte[] plain, params BackupKey[] keys)
    {
        var sealer = new Sealer(Options.Create(new EncryptionOptions { Recipients = [.. keys.Select(key => key.Recipient)] }));
        var staged = await sealer.SealAsync(new MemoryStream(plain), compress: true, _store.StagingFolder, CancellationToken.None);
        var name = new ObjectName("base/one/base.tar", staged.Digest.Sha256, ObjectName.CompressedAndSealed);
        await _store.PutAsync(name, staged, CancellationToken.None);
        return name;
    }

    private async Task<byte[]> OpenAsync(ObjectName name, BackupKey? key)
    {
        var unsealer = new Unsealer(Options.Create(new EncryptionOptions { Recipients = [], IdentityFile = key?.IdentityFile }));
        return await unsealer.OpenAsync(
            _store,
            name,
            async (plain, cancellationToken) =>
            {
                using var copy = new MemoryStream();
                await plain.CopyToAsync(copy, cancellationToken);
                return copy.ToArray();
            },
            CancellationToken.None);
    }
}
