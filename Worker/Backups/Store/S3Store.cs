using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>
/// A bucket of a service that speaks S3. Each upload carries its SHA-256, which the service refuses if it does not fit; afterwards the
/// service is asked for the checksum of what it has, and where it knows none the object is read back. Requests are repeated by the SDK.
/// </summary>
public sealed class S3Store : IObjectStore, IDisposable
{
    private const int PartsAtOnce = 4;
    private const int MaximumParts = 10_000;

    private readonly S3Options options;
    private readonly TimeProvider clock;
    private readonly AmazonS3Client client;
    private readonly StagingArea staging;

    /// <param name="options">The bucket, and how it is asked.</param>
    /// <param name="stagingFolder">Where files wait to be uploaded.</param>
    /// <param name="clock">For how long objects are locked.</param>
    public S3Store(S3Options options, string stagingFolder, TimeProvider clock)
    {
        (this.options, this.clock, staging) = (options, clock, new StagingArea(stagingFolder));
        client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), Configuration(options));
    }

    /// <inheritdoc/>
    public string Location => $"the bucket {options.Bucket}{(options.ServiceUrl is { Length: > 0 } url ? $" at {url}" : "")}";

    /// <inheritdoc/>
    public string StagingFolder => staging.Location;

    /// <inheritdoc/>
    public async Task PutAsync(ObjectName name, StagedFile file, CancellationToken cancellationToken)
    {
        using var taken = file;
        try
        {
            if (file.Digest.Sha256 != name.Sha256)
            {
                throw new BackupProblemException($"{name.Path} was not stored whole in {Location}: what was staged has the SHA-256 {file.Digest.Sha256}.");
            }

            var expected = file.Digest.Size <= PartSize(file.Digest.Size) ? await UploadAsync(name, file, cancellationToken) : await UploadPartsAsync(name, file, cancellationToken);
            await CompareAsync(name, file.Digest, expected, cancellationToken);
        }
        catch (Exception failed)
        {
            await RemoveAsync(name);
            if (IsTrouble(failed, cancellationToken))
            {
                throw new BackupProblemException($"{name.Path} could not be stored in {Location}: {failed.Message}", failed);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await S3Download.OpenAsync(client, options, name, Location, cancellationToken);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            throw new BackupProblemException($"{name} is missing in {Location}.", missing);
        }
        catch (Exception failed) when (IsTrouble(failed, cancellationToken))
        {
            throw new BackupProblemException($"{name} cannot be read in {Location}: {failed.Message}", failed);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            ListObjectsV2Response page;
            try
            {
                page = await client.ListObjectsV2Async(
                    new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + prefix, ContinuationToken = token }, cancellationToken);
            }
            catch (Exception failed) when (IsTrouble(failed, cancellationToken))
            {
                throw new BackupProblemException($"{Location} could not be listed: {failed.Message}", failed);
            }

            foreach (var stored in page.S3Objects ?? [])
            {
                if (ObjectName.TryParse(stored.Key[options.Prefix.Length..]) is { } name)
                {
                    yield return new StoredObject(name, stored.Size ?? 0, new DateTimeOffset((stored.LastModified ?? DateTime.UnixEpoch).ToUniversalTime()));
                }
            }

            token = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (token is not null);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteObjectAsync(options.Bucket, KeyOf(name), cancellationToken);
        }
        catch (Exception failed) when (IsTrouble(failed, cancellationToken))
        {
            throw new BackupProblemException($"{name} could not be deleted in {Location}: {failed.Message}", failed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        staging.Dispose();
    }

    /// <summary>What the SDK and what is below it throw when the service or the way to it fails.</summary>
    internal static bool IsTrouble(Exception failed, CancellationToken cancellationToken) =>
        failed is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or UnauthorizedAccessException or TimeoutException or WebException
        || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static AmazonS3Config Configuration(S3Options options)
    {
        var configuration = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            Timeout = options.Timeout,
            MaxErrorRetry = 4,
            RetryMode = RequestRetryMode.Standard,

            // The checksum is in a header: trailers would be stored as content by services that do not know them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { Length: > 0 } url)
        {
            configuration.ServiceURL = url;
            configuration.AuthenticationRegion = options.Region;
        }
        else
        {
            configuration.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return configuration;
    }

    private async Task<string> UploadAsync(ObjectName name, StagedFile file, CancellationToken cancellationToken)
    {
        var checksum = Convert.ToBase64String(Convert.FromHexString(name.Sha256));
        var request = new PutObjectRequest { BucketName = options.Bucket, Key = KeyOf(name), FilePath = file.Path, ChecksumSHA256 = checksum, UseChunkEncoding = false };
        if (LockedUntil(name) is { } until)
        {
            (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, until);
        }

        await client.PutObjectAsync(request, cancellationToken);
        return checksum;
    }

    /// <returns>The checksum of the whole: the digest of the parts' digests, and how many there are (Amazon S3, "Checking object integrity").</returns>
    private async Task<string> UploadPartsAsync(ObjectName name, StagedFile file, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = KeyOf(name), ChecksumAlgorithm = ChecksumAlgorithm.SHA256 };
        if (LockedUntil(name) is { } until)
        {
            (begin.ObjectLockMode, begin.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, until);
        }

        var upload = await client.InitiateMultipartUploadAsync(begin, cancellationToken);
        try
        {
            var partSize = PartSize(file.Digest.Size);
            var parts = new PartETag[(file.Digest.Size + partSize - 1) / partSize];
            var digests = new byte[parts.Length][];
            await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken }, async (index, token) =>
            {
                var (from, length) = (index * partSize, Math.Min(partSize, file.Digest.Size - (index * partSize)));
                digests[index] = await DigestAsync(file.Path, from, length, token);
                var checksum = Convert.ToBase64String(digests[index]);
                var stored = await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = options.Bucket, Key = KeyOf(name), UploadId = upload.UploadId, PartNumber = index + 1, FilePath = file.Path, FilePosition = from,
                        PartSize = length, ChecksumSHA256 = checksum, UseChunkEncoding = false,
                    },
                    token);
                parts[index] = new PartETag(index + 1, stored.ETag) { ChecksumSHA256 = checksum };
            });
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = KeyOf(name), UploadId = upload.UploadId, PartETags = [.. parts] }, cancellationToken);
            return $"{Convert.ToBase64String(SHA256.HashData([.. digests.SelectMany(digest => digest)]))}-{parts.Length}";
        }
        catch
        {
            await TryAsync(() => client.AbortMultipartUploadAsync(options.Bucket, KeyOf(name), upload.UploadId, CancellationToken.None));
            throw;
        }
    }

    private async Task CompareAsync(ObjectName name, ContentDigest sent, string checksum, CancellationToken cancellationToken)
    {
        var stored = await client.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = options.Bucket, Key = KeyOf(name), ChecksumMode = ChecksumMode.ENABLED }, cancellationToken);
        if (stored.ContentLength != sent.Size)
        {
            throw new BackupProblemException($"{name.Path} was not stored whole in {Location}: it has {stored.ContentLength} bytes instead of {sent.Size}.");
        }

        if (stored.ChecksumSHA256 is { Length: > 0 } known && known != checksum)
        {
            throw new BackupProblemException($"{name.Path} was not stored whole in {Location}: the service says that its SHA-256 is {known} instead of {checksum}.");
        }

        if (options.ReadBack || stored.ChecksumSHA256 is not { Length: > 0 })
        {
            await using var back = await S3Download.OpenAsync(client, options, name, Location, cancellationToken);
            var found = await HashedCopy.RunAsync(back, Stream.Null, cancellationToken);
            if (found != sent)
            {
                throw new BackupProblemException($"{name.Path} was not stored whole in {Location}: it was read back with {found.Size} bytes and SHA-256 {found.Sha256}.");
            }
        }
    }

    /// <summary>What was not stored whole shall not be there; that it cannot be removed now is less than what is being reported.</summary>
    private Task RemoveAsync(ObjectName name) => TryAsync(() => client.DeleteObjectAsync(options.Bucket, KeyOf(name), CancellationToken.None));

    private static async Task TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
        }
        catch (Exception failed) when (IsTrouble(failed, CancellationToken.None))
        {
            // The object's name still tells that it is not whole, and unfinished uploads are the bucket's rules to sweep.
        }
    }

    private static async Task<byte[]> DigestAsync(string path, long from, long length, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        file.Position = from;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        for (var left = length; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException($"{path} became shorter while it was uploaded.");
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }

    private DateTime? LockedUntil(ObjectName name) =>
        options.LockDays > 0 && !IsReplacedByTheMinute(name) ? clock.GetUtcNow().UtcDateTime.AddDays(options.LockDays) : null;

    private static bool IsReplacedByTheMinute(ObjectName name) =>
        WalObject.TryParse(name) is { Kind: WalObjectKind.Partial } || name.Path == "catalog" || name.Path.StartsWith("check/", StringComparison.Ordinal);

    private long PartSize(long size) => Math.Max(options.PartMiB * 1024L * 1024, (size + MaximumParts - 1) / MaximumParts);

    private string KeyOf(ObjectName name) => options.Prefix + name.Key;
}
