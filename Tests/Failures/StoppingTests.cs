using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
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
        var address = FreeAddress();
        var database = await app.Postgres.CreateDatabaseAsync();
        using var api = ServiceRun.Start("Api", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["Mail__PublicUrl"] = "https://app.example",
            ["Mail__From"] = "no-reply@app.example",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Identity__KeyEncryptionKey"] = "a key that only this test ever uses, 32 or more",
            // The app's own Api counts in the same Redis, with the wider limits of development.
            ["RateLimits__Enabled"] = "false",
            [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, database),
            [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
        });
        try
        {
            _ = api.StandardOutput.ReadToEndAsync();
            var errors = api.StandardError.ReadToEndAsync();
            using var probe = new HttpClient { BaseAddress = address };
            await Eventually.BecomesTrueAsync("the Api is ready", TimeSpan.FromSeconds(30), () => AnswersAsync(probe, HttpStatusCode.OK));
            var user = await SignedIn.UpAsync(() => new HttpClient { BaseAddress = address });

            var upload = new PausedUpload("name,gender\nFirst,female\n", "Second,male\n");
            upload.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            var import = user.Client.PostAsync("/api/v1/contacts/import", upload);
            await upload.Begun;

            Terminate(api);
            await Eventually.BecomesTrueAsync("/health/ready is 503", TimeSpan.FromSeconds(5), () => AnswersAsync(probe, HttpStatusCode.ServiceUnavailable));
            upload.Finish();

            using var imported = await import;
            imported.StatusCode.ShouldBe(HttpStatusCode.OK, await imported.Content.ReadAsStringAsync());
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await api.WaitForExitAsync(bound.Token);
            api.ExitCode.ShouldBe(0, await errors);
        }
        finally
        {
            if (!api.HasExited)
            {
                api.Kill(entireProcessTree: true);
            }
        }
    }

    private static void Terminate(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, HttpStatusCode status)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.StatusCode == status;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
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
