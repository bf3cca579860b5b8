using Amazon.S3;
using Amazon.S3.Model;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>Reads an object to its end, and goes on where it stood when the connection breaks or brings nothing for too long.</summary>
internal sealed class S3Download : Stream
{
    private const int Attempts = 5;

    private readonly AmazonS3Client client;
    private readonly S3Options options;
    private readonly ObjectName name;
    private readonly string location;
    private readonly long length;
    private GetObjectResponse response;
    private long position;
    private int failures;

    private S3Download(AmazonS3Client client, S3Options options, ObjectName name, string location, GetObjectResponse response) =>
        (this.client, this.options, this.name, this.location, this.response, length) = (client, options, name, location, response, response.ContentLength);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens an object from its start.</summary>
    public static async Task<S3Download> OpenAsync(AmazonS3Client client, S3Options options, ObjectName name, string location, CancellationToken cancellationToken) =>
        new(client, options, name, location, await client.GetObjectAsync(Request(options, name), cancellationToken));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (position < length)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(options.Timeout);
                var read = await response.ResponseStream.ReadAsync(buffer, patience.Token);
                if (read == 0)
                {
                    throw new EndOfStreamException($"It ended after {position} of {length} bytes.");
                }

                position += read;
                failures = 0;
                return read;
            }
            catch (Exception broken) when (S3Store.IsTrouble(broken, cancellationToken))
            {
                await GoOnAsync(broken, cancellationToken);
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private static GetObjectRequest Request(S3Options options, ObjectName name) => new() { BucketName = options.Bucket, Key = options.Prefix + name.Key };

    private async Task GoOnAsync(Exception broken, CancellationToken cancellationToken)
    {
        if (++failures >= Attempts)
        {
            throw new BackupProblemException($"{name} cannot be read in {location}: {broken.Message}", broken);
        }

        response.Dispose();
        var rest = Request(options, name);
        rest.ByteRange = new ByteRange(position, length - 1);
        try
        {
            response = await client.GetObjectAsync(rest, cancellationToken);
        }
        catch (Exception failed) when (S3Store.IsTrouble(failed, cancellationToken))
        {
            throw new BackupProblemException($"{name} cannot be read in {location}: {failed.Message}", failed);
        }
    }
}
