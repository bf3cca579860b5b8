using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Api.Idempotency;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;
using static ProductionReady.Tests.Api.Idempotency.KeyedRequests;

namespace ProductionReady.Tests.Api.Idempotency;

/// <summary>Requests that stop between creating a contact and keeping the answer: a trigger on the answers' table is where.</summary>
public sealed class InterruptedRequestTests(App app, ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Bob = """{"name":"Bob"}""";

    [Theory]
    [InlineData("PERFORM pg_terminate_backend(pg_backend_pid())", HttpStatusCode.ServiceUnavailable)]
    [InlineData("RAISE EXCEPTION 'disk full' USING ERRCODE = 'disk_full'", HttpStatusCode.ServiceUnavailable)]
    [InlineData("RAISE EXCEPTION 'a defect' USING ERRCODE = 'internal_error'", HttpStatusCode.InternalServerError)]
    public async Task Contact_is_created_once_when_the_first_try_fails_between_the_contact_and_its_answer(string failure, HttpStatusCode status)
    {
        var user = await api.SignUpAsync();
        await using (await Trigger.OnAnswersAsync(api, failure))
        {
            var failed = await user.Client.PostAsync("k", Bob);
            failed.Status.ShouldBe(status, failed.Body);
            (await user.CountContactsAsync()).ShouldBe(0);
        }

        await ShouldBeDoneOnceAsync(user, await user.Client.PostAsync("k", Bob));
    }

    [Fact]
    public async Task Contact_is_created_once_when_32_identical_requests_come_at_once()
    {
        var user = await api.SignUpAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => user.Client.PostAsync("k", Bob)));
        var first = answers.Single(answer => answer is { Status: HttpStatusCode.Created, Replayed: null });
        foreach (var answer in answers.Where(answer => answer != first))
        {
            if (answer.Status == HttpStatusCode.Created)
            {
                answer.ShouldBe(first with { Replayed = "true" });
            }
            else
            {
                ShouldBeInUse(answer);
            }
        }

        await ShouldBeDoneOnceAsync(user, first);
    }

    [Fact]
    public async Task Repeat_is_told_to_wait_when_the_first_still_runs_and_others_are_not()
    {
        var user = await api.SignUpAsync();
        await using var gate = await Gate.CloseAsync(api);
        Task<Answer> first;
        await using (await Trigger.OnAnswersAsync(api, gate.Wait))
        {
            first = user.Client.PostAsync("k", Bob);
            await gate.SomebodyWaitsAsync();
            ShouldBeInUse(await user.Client.PostAsync("k", Bob));
            ShouldBeInUse(await user.Client.PostAsync("k", """{"name":"Another"}"""));
            (await user.Client.PostAsync(null, """{"name":"Keyless"}""")).Status.ShouldBe(HttpStatusCode.Created);
            (await user.CountContactsAsync()).ShouldBe(1);
            await gate.OpenAsync();
            (await first).Status.ShouldBe(HttpStatusCode.Created);
        }

        (await user.Client.PostAsync("k", Bob)).ShouldBe(await first with { Replayed = "true" });
        (await user.CountContactsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Owner_that_falls_silent_loses_the_key_and_its_work_when_the_lease_is_over()
    {
        var user = await api.SignUpAsync();
        var userId = await api.SqlAsync<Guid>($"SELECT id FROM users WHERE tenant_id = '{user.TenantId}'");
        var request = new KeyedRequest(user.TenantId, userId, "k", new byte[32]);
        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(user.TenantId, CancellationToken.None);
        var state = await api.Services.GetRequiredService<KeyedTransactions>().BeginAsync(request, CancellationToken.None);
        await using var silent = state.ShouldBeOfType<KeyState.Claimed>().Transaction;
        await api.Services.GetRequiredService<ContactWrites>().InsertAsync(
            user.TenantId, new("Silent", null, null, null, null, Gender.Unspecified), silent, CancellationToken.None);
        (await OnAsync(silent, "SHOW idle_in_transaction_session_timeout")).ShouldBe("1min");
        ShouldBeInUse(await user.Client.PostAsync("k", Bob));

        // A minute, made short.
        await OnAsync(silent, "SET LOCAL idle_in_transaction_session_timeout = '100ms'");
        Answer? second = null;
        await Eventually.BecomesTrueAsync("the key was taken over", TimeSpan.FromSeconds(30), async () =>
            (second = await user.Client.PostAsync("k", Bob)).Status != HttpStatusCode.Conflict);
        await ShouldBeDoneOnceAsync(user, second!);
        await Should.ThrowAsync<NpgsqlException>(() => silent.CommitAsync(new StoredAnswer(201, null, null, null, [])));
        await ShouldBeDoneOnceAsync(user, second!);
    }

    [Fact]
    public async Task Contact_is_created_once_when_the_Api_is_killed_between_the_contact_and_its_answer()
    {
        var user = await api.SignUpAsync();
        await using var gate = await Gate.CloseAsync(api);
        await using (await Trigger.OnAnswersAsync(api, gate.Wait))
        {
            await using var other = await ApiProcess.StartAsync(new Dictionary<string, string>
            {
                ["Identity__KeyEncryptionKey"] = "a key that only the tests of this class ever use",
                [$"ConnectionStrings__{ResourceNames.ApiDatabase}"] = await api.ConnectionStringAsync(ResourceNames.ApiDatabase),
                [$"ConnectionStrings__{ResourceNames.Cache}"] = await app.ConnectionStringAsync(ResourceNames.Cache),
            });
            using var client = other.NewClient();
            client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
            var lost = client.PostAsync("k", Bob);
            await gate.SomebodyWaitsAsync();
            other.Kill();
            await Should.ThrowAsync<HttpRequestException>(() => lost);

            // The server has not noticed yet: what the dead one began still stands, and is nobody's to repeat.
            ShouldBeInUse(await user.Client.PostAsync("k", Bob));
            await gate.OpenAsync();
        }

        Answer? second = null;
        await Eventually.BecomesTrueAsync("the key was taken over", TimeSpan.FromSeconds(30), async () =>
            (second = await user.Client.PostAsync("k", Bob)).Status != HttpStatusCode.Conflict);
        await ShouldBeDoneOnceAsync(user, second!);
    }

    private static async Task ShouldBeDoneOnceAsync(SignedIn user, Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
        answer.Replayed.ShouldBeNull();
        (await user.Client.PostAsync("k", Bob)).ShouldBe(answer with { Replayed = "true" });
        (await user.CountContactsAsync()).ShouldBe(1);
    }

    private static async Task<object?> OnAsync(KeyedTransaction transaction, string sql)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection);
        return await command.ExecuteScalarAsync();
    }

    private static void ShouldBeInUse(Answer answer)
    {
        answer.ShouldBeProblem(HttpStatusCode.Conflict, "idempotency_key_in_use");
        answer.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }
}
