using System.Net;
using Microsoft.Extensions.Options;
using ProductionReady.ServiceDefaults.Http;

namespace ProductionReady.Tests.ServiceDefaults;

public sealed class HttpResilienceTests
{
    private readonly HttpResilienceOptions _options = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(1),
        BreakerMinimumThroughput = 100,
    };

    private readonly Server _server = new();

    [Theory]
    [InlineData("GET", 3)]
    [InlineData("PUT", 3)]
    [InlineData("DELETE", 3)]
    [InlineData("POST", 1)]
    [InlineData("PATCH", 1)]
    public async Task A_passing_fault_is_tried_again_for_idempotent_methods_alone(string method, int attempts)
    {
        _server.Answers = attempt => attempt < 3 ? HttpStatusCode.BadGateway : HttpStatusCode.OK;

        using var answer = await SendAsync(new HttpMethod(method));

        _server.Attempts.ShouldBe(attempts);
        answer.StatusCode.ShouldBe(attempts == 3 ? HttpStatusCode.OK : HttpStatusCode.BadGateway);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.OK)]
    public async Task An_answer_that_will_not_change_is_taken_as_it_is(HttpStatusCode status)
    {
        _server.Answers = _ => status;

        using var answer = await SendAsync(HttpMethod.Get);

        _server.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task The_body_of_a_PUT_comes_again_in_full()
    {
        _server.Answers = attempt => attempt < 2 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;

        using var answer = await SendAsync(HttpMethod.Put, new StreamContent(new MemoryStream("body"u8.ToArray())));

        _server.Bodies.ShouldBe(["body", "body"]);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_ends_as_a_failed_request()
    {
        _options.Retries = 0;
        _options.AttemptTimeout = TimeSpan.FromMilliseconds(200);
        _server.Hangs = true;

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get));
    }

    [Fact]
    public async Task A_host_that_keeps_failing_is_left_alone_and_others_are_not()
    {
        _options.Retries = 0;
        _options.BreakerMinimumThroughput = 5;
        _server.Answers = _ => HttpStatusCode.InternalServerError;
        using var client = Client();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await client.GetAsync("http://down.example/");
        }

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync("http://down.example/"));
        _server.Attempts.ShouldBe(5);
        _server.Answers = _ => HttpStatusCode.OK;
        using var other = await client.GetAsync("http://up.example/");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_no_fault_of_the_host()
    {
        _server.Hangs = true;
        using var client = Client();
        using var cancelled = new CancellationTokenSource();
        var answer = client.GetAsync("http://slow.example/", cancelled.Token);
        await _server.Asked;
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => answer);
        _server.Attempts.ShouldBe(1);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, HttpContent? content = null)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(method, "http://some.example/") { Content = content };
        return await client.SendAsync(request);
    }

    private HttpClient Client() =>
        new(new HttpResilienceHandler(new HttpResiliencePipelines(Options.Create(_options), TimeProvider.System)) { InnerHandler = _server });

    private sealed class Server : HttpMessageHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the first request has come.</summary>
        public Task Asked => _asked.Task;

        public Func<int, HttpStatusCode> Answers { get; set; } = _ => HttpStatusCode.OK;

        public bool Hangs { get; set; }

        public int Attempts { get; private set; }

        public List<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Attempts++;
            _asked.TrySetResult();
            if (request.Content is { } content)
            {
                Bodies.Add(await content.ReadAsStringAsync(cancellationToken));
            }

            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return new HttpResponseMessage(Answers(Attempts));
        }
    }
}
