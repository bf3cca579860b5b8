using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Failures;

[Collection(nameof(FailuresCollection))]
public sealed class StoppingTests(App app)
{
    [Fact]
    public async Task The_Api_finishes_what_it_has_begun_and_exits_0_when_told_to_stop()
    {
        var database = await app.Postgres.CreateDatabaseAsync();
        await using var api = await ApiProcess.StartAsync(new Dictionary<string, string>
        {
            ["Identity__KeyEncryptionKey"] = "a key that only this test ever uses, 32 or more",
            // The app's own Api counts in the same Redis, with the wider limits of development.
            ["RateLimits__Enabled"] = "false",
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, database),
            [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
        });
        using var probe = api.NewClient();
        var user = await SignedIn.UpAsync(api.NewClient);

        var upload = new PausedUpload("name,gender\nFirst,female\n", "Second,male\n");
        upload.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var import = user.Client.PostAsync("/api/v1/contacts/import", upload);
        await upload.Begun;

        api.Terminate();
        await Eventually.BecomesTrueAsync("/health/ready is 503", TimeSpan.FromSeconds(5), async () =>
        {
            using var answer = await probe.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        upload.Finish();

        using var imported = await import;
        imported.StatusCode.ShouldBe(HttpStatusCode.OK, await imported.Content.ReadAsStringAsync());
        var ended = await api.ExitAsync();
        ended.ExitCode.ShouldBe(0, ended.Output);
    }

    /// <summary>A body whose second half is sent when the test says so.</summary>
    private sealed class PausedUpload(string first, string second) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Finish() => _finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(first));
            await stream.FlushAsync();
            _begun.SetResult();
            await _finish.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(second));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
