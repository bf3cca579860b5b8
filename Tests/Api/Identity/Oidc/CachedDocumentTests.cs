using ProductionReady.Api.Identity.Oidc;
using ProductionReady.Api.Identity.Oidc.Remote;

namespace ProductionReady.Tests.Api.Identity.Oidc;

public sealed class CachedDocumentTests
{
    private readonly SetTime _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private int _fetches;
    private TimeSpan? _maxAge;
    private bool _fails;

    [Theory]
    [InlineData(null, 60)]
    [InlineData(0, 5)]
    [InlineData(10, 10)]
    [InlineData(1_000_000, 24 * 60)]
    public async Task Document_is_kept_as_long_as_the_provider_says_within_bounds(int? saysMinutes, int keptMinutes)
    {
        _maxAge = saysMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        var document = Document();
        (await GetAsync(document)).ShouldBe("1");
        _time.Now += TimeSpan.FromMinutes(keptMinutes) - TimeSpan.FromSeconds(1);
        (await GetAsync(document)).ShouldBe("1");
        _time.Now += TimeSpan.FromSeconds(1);
        (await GetAsync(document)).ShouldBe("2");
    }

    [Fact]
    public async Task Old_document_is_used_while_the_provider_fails_but_not_for_ever_and_the_provider_is_left_alone_in_between()
    {
        var document = Document();
        await GetAsync(document);
        _fails = true;
        _time.Now += TimeSpan.FromHours(2);

        (await GetAsync(document)).ShouldBe("1");
        (await GetAsync(document)).ShouldBe("1");
        _fetches.ShouldBe(2);
        _time.Now += TimeSpan.FromSeconds(3);
        (await GetAsync(document)).ShouldBe("1");
        _fetches.ShouldBe(3);
        _time.Now += TimeSpan.FromHours(22);
        await Should.ThrowAsync<ProviderException>(() => GetAsync(document));

        _fails = false;
        _time.Now += TimeSpan.FromSeconds(3);
        (await GetAsync(document)).ShouldBe("5");
    }

    [Fact]
    public async Task Newer_document_is_asked_for_no_sooner_than_after_the_interval()
    {
        var document = Document();
        var known = await document.GetAsync(CancellationToken.None);

        (await document.GetNewerAsync(known, CancellationToken.None)).ShouldBe("1");
        _time.Now += TimeSpan.FromSeconds(10);
        (await document.GetNewerAsync(known, CancellationToken.None)).ShouldBe("2");
        (await document.GetNewerAsync(known, CancellationToken.None)).ShouldBe("2", "it is newer than the known one already");
        _fails = true;
        _time.Now += TimeSpan.FromSeconds(10);
        await Should.ThrowAsync<ProviderException>(async () => await document.GetNewerAsync(await document.GetAsync(CancellationToken.None), CancellationToken.None));
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_request_and_one_who_leaves_does_not_end_it()
    {
        var gate = new TaskCompletionSource();
        var document = new CachedDocument<string>(
            async _ =>
            {
                Interlocked.Increment(ref _fetches);
                await gate.Task;
                return ("all", null);
            },
            new OidcOptions(),
            _time);
        using var leaving = new CancellationTokenSource();
        var left = document.GetAsync(leaving.Token);
        var waiting = Enumerable.Range(0, 32).Select(_ => document.GetAsync(CancellationToken.None)).ToList();

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        gate.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(value => value == "all");
        _fetches.ShouldBe(1);
    }

    private CachedDocument<string> Document() => new(
        _ =>
        {
            _fetches++;
            return _fails ? Task.FromException<(string, TimeSpan?)>(ProviderException.Unavailable("down")) : Task.FromResult<(string, TimeSpan?)>(($"{_fetches}", _maxAge));
        },
        new OidcOptions(),
        _time);

    private static Task<string> GetAsync(CachedDocument<string> document) => document.GetAsync(CancellationToken.None);
}
