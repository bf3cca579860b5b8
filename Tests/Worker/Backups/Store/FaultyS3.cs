using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ProductionReady.Tests.Worker.Backups.Store;

/// <summary>
/// A small service on loopback that speaks as much of S3 as a store of backups needs, and that does wrong on demand. It pages its lists
/// by three, refuses a body that does not fit its signature's digest, and, when it knows checksums, one that does not fit its SHA-256.
/// </summary>
internal sealed class FaultyS3 : IAsyncDisposable
{
    /// <summary>The one bucket.</summary>
    public const string Bucket = "backups";

    /// <summary>The one access key.</summary>
    public const string AccessKey = "tester";

    private const int Page = 3;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, SortedDictionary<int, byte[]>> _uploads = new();

    private FaultyS3(WebApplication app) => _app = app;

    /// <summary>What it holds, by key.</summary>
    public ConcurrentDictionary<string, Stored> Objects { get; } = new();

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Whether it checks and tells SHA-256 checksums.</summary>
    public bool KnowsChecksums { get; set; } = true;

    /// <summary>How many requests to answer with 503 before the next that succeeds, each time.</summary>
    public int ErrorsBeforeSuccess { get; set; }

    /// <summary>Answers every request with 500.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Says that an upload was stored, and forgets it.</summary>
    public bool LosesUploads { get; set; }

    /// <summary>Flips a bit of what it stores, after it has checked it.</summary>
    public bool CorruptsUploads { get; set; }

    /// <summary>Stores the first half.</summary>
    public bool TruncatesUploads { get; set; }

    /// <summary>Closes the connection in the middle of so many downloads.</summary>
    public int DownloadsToCut;

    /// <summary>Sends half of so many downloads and then nothing more.</summary>
    public int DownloadsToStall;

    /// <summary>Does not answer uploads, which are stored once this is completed; null to answer at once.</summary>
    public TaskCompletionSource? UploadsHeld { get; set; }

    /// <summary>Uploads that wait for it.</summary>
    public int UploadsWaiting;

    /// <summary>Requests it got.</summary>
    public int Requests;

    private int _errors;

    /// <param name="Content">Bytes.</param>
    /// <param name="Checksum">As it was told, or computed of the parts.</param>
    /// <param name="LockedUntil">The header, if any.</param>
    public sealed record Stored(byte[] Content, string? Checksum, string? LockedUntil);

    public static async Task<FaultyS3> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var server = new FaultyS3(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        var (request, response) = (context.Request, context.Response);
        if (IsBroken || Interlocked.Increment(ref _errors) % (ErrorsBeforeSuccess + 1) != 0)
        {
            await RefuseAsync(response, IsBroken ? 500 : 503, IsBroken ? "InternalError" : "SlowDown");
            return;
        }

        if (!request.Headers.Authorization.ToString().Contains($"Credential={AccessKey}/", StringComparison.Ordinal))
        {
            await RefuseAsync(response, 403, "InvalidAccessKeyId");
            return;
        }

        var path = Uri.UnescapeDataString(request.Path.Value!);
        if (!path.StartsWith($"/{Bucket}", StringComparison.Ordinal))
        {
            await RefuseAsync(response, 404, "NoSuchBucket");
            return;
        }

        var key = path.Length > Bucket.Length + 2 ? path[(Bucket.Length + 2)..] : "";
        var query = request.Query;
        await (request.Method switch
        {
            "GET" when key.Length == 0 => ListAsync(request, response),
            "GET" => GetAsync(request, response, key),
            "HEAD" => HeadAsync(response, key),
            "PUT" => PutAsync(request, response, key),
            "POST" when query.ContainsKey("uploads") => BeginAsync(response, key, request),
            "POST" => CompleteAsync(request, response, key),
            "DELETE" => DeleteAsync(response, key, query["uploadId"]),
            _ => RefuseAsync(response, 405, "MethodNotAllowed"),
        });
    }

    private Task ListAsync(HttpRequest request, HttpResponse response)
    {
        var (prefix, after) = (request.Query["prefix"].ToString(), request.Query["continuation-token"].ToString());
        var matching = Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0).Order(StringComparer.Ordinal).ToList();
        var page = matching.Take(Page).ToList();
        XNamespace s3 = "http://s3.amazonaws.com/doc/2006-03-01/";
        return WriteAsync(response, new XElement(
            s3 + "ListBucketResult",
            new XElement(s3 + "Name", Bucket), new XElement(s3 + "KeyCount", page.Count), new XElement(s3 + "IsTruncated", matching.Count > page.Count ? "true" : "false"),
            matching.Count > page.Count ? new XElement(s3 + "NextContinuationToken", page[^1]) : null,
            page.Select(key => new XElement(
                s3 + "Contents", new XElement(s3 + "Key", key), new XElement(s3 + "LastModified", "2026-06-01T02:15:00.000Z"), new XElement(s3 + "Size", Objects[key].Content.Length)))));
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response, string key)
    {
        if (!Objects.TryGetValue(key, out var stored))
        {
            await RefuseAsync(response, 404, "NoSuchKey");
            return;
        }

        var content = stored.Content;
        if (request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            content = content[int.Parse(range["bytes=".Length..range.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture)..];
            response.StatusCode = 206;
        }

        response.ContentLength = content.Length;
        if (Interlocked.Decrement(ref DownloadsToCut) >= 0)
        {
            await response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await response.Body.FlushAsync();
            response.HttpContext.Abort();
            return;
        }

        if (Interlocked.Decrement(ref DownloadsToStall) >= 0)
        {
            await response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, response.HttpContext.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await response.Body.WriteAsync(content);
    }

    private Task HeadAsync(HttpResponse response, string key)
    {
        if (!Objects.TryGetValue(key, out var stored))
        {
            response.StatusCode = 404;
            return Task.CompletedTask;
        }

        response.ContentLength = stored.Content.Length;
        if (KnowsChecksums && stored.Checksum is not null)
        {
            response.Headers["x-amz-checksum-sha256"] = stored.Checksum;
        }

        return Task.CompletedTask;
    }

    private async Task PutAsync(HttpRequest request, HttpResponse response, string key)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (UploadsHeld is { } held)
        {
            Interlocked.Increment(ref UploadsWaiting);
            await held.Task;
        }

        var content = body.ToArray();
        var digest = SHA256.HashData(content);
        if (request.Headers["x-amz-content-sha256"].ToString() is { Length: 64 } signed && signed != Convert.ToHexStringLower(digest))
        {
            await RefuseAsync(response, 400, "XAmzContentSHA256Mismatch");
            return;
        }

        var told = request.Headers["x-amz-checksum-sha256"].ToString();
        if (KnowsChecksums && told.Length > 0 && told != Convert.ToBase64String(digest))
        {
            await RefuseAsync(response, 400, "BadDigest");
            return;
        }

        response.Headers.ETag = "\"etag\"";
        if (request.Query.TryGetValue("uploadId", out var upload))
        {
            lock (_uploads[upload!])
            {
                _uploads[upload!][int.Parse(request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = content;
            }

            return;
        }

        Keep(key, content, told.Length > 0 ? told : null, request.Headers["x-amz-object-lock-retain-until-date"]);
    }

    private Task BeginAsync(HttpResponse response, string key, HttpRequest request)
    {
        var upload = $"{Guid.NewGuid():n}|{request.Headers["x-amz-object-lock-retain-until-date"]}";
        _uploads[upload] = [];
        return WriteAsync(response, new XElement("InitiateMultipartUploadResult", new XElement("Bucket", Bucket), new XElement("Key", key), new XElement("UploadId", upload)));
    }

    private Task CompleteAsync(HttpRequest request, HttpResponse response, string key)
    {
        _uploads.TryRemove(request.Query["uploadId"]!, out var parts);
        var composite = $"{Convert.ToBase64String(SHA256.HashData([.. parts!.Values.SelectMany(part => SHA256.HashData(part))]))}-{parts.Count}";
        Keep(key, [.. parts.Values.SelectMany(part => part)], composite, request.Query["uploadId"].ToString().Split('|')[1]);
        return WriteAsync(response, new XElement("CompleteMultipartUploadResult", new XElement("Key", key), new XElement("ETag", "\"etag\"")));
    }

    private void Keep(string key, byte[] content, string? checksum, string? lockedUntil)
    {
        if (CorruptsUploads)
        {
            content = [.. content];
            content[content.Length / 2] ^= 1;
        }

        if (!LosesUploads)
        {
            Objects[key] = new Stored(TruncatesUploads ? content[..(content.Length / 2)] : content, checksum, string.IsNullOrEmpty(lockedUntil) ? null : lockedUntil);
        }
    }

    private Task DeleteAsync(HttpResponse response, string key, string? upload)
    {
        if (upload is null)
        {
            Objects.TryRemove(key, out _);
        }
        else
        {
            _uploads.TryRemove(upload, out _);
        }

        response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpResponse response, XElement answer)
    {
        response.ContentType = "application/xml";
        return response.WriteAsync(answer.ToString());
    }

    private static Task RefuseAsync(HttpResponse response, int status, string code)
    {
        response.StatusCode = status;
        return WriteAsync(response, new XElement("Error", new XElement("Code", code), new XElement("Message", $"It is {code}.")));
    }
}
