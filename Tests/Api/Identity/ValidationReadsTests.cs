using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class ValidationReadsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // Authorised, and found to be no contact's id before the database is asked.
    private const string NoContact = "/api/v1/contacts/none";

    [Fact]
    public async Task A_token_is_validated_without_a_statement_and_two_hundred_of_them_too()
    {
        var user = await api.SignUpAsync();
        var database = new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)).Database!;
        var memory = api.Services.GetRequiredService<RevocationMemory>();
        var statements = new ConcurrentQueue<string>();
        using var listener = Listen(database, statements);

        var validated = 0;
        for (var i = 0; i < 200; i++)
        {
            // A machine that stops for a second is asked again in the database, rightly.
            await Eventually.BecomesTrueAsync("the memory is in step", TimeSpan.FromSeconds(30), () => Task.FromResult(memory.IsTrusted));
            using var answer = await user.Client.GetAsync(NoContact);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            validated += memory.IsTrusted ? 1 : 0;
        }

        var asked = statements.Where(text => !text.Contains("revocations", StringComparison.Ordinal) && !text.Contains("tenant_placements", StringComparison.Ordinal)).ToList();
        validated.ShouldBeGreaterThan(150);
        asked.Count.ShouldBeLessThanOrEqualTo(200 - validated, string.Join('\n', asked.Distinct()));
    }

    [Fact]
    public async Task The_counter_of_statements_counts()
    {
        var user = await api.SignUpAsync();
        var database = new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)).Database!;
        var statements = new ConcurrentQueue<string>();
        using var listener = Listen(database, statements);

        (await user.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        statements.ShouldContain(text => text.Contains("users", StringComparison.Ordinal));
    }

    private static ActivityListener Listen(string database, ConcurrentQueue<string> statements)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value);
                if (Tag("db.name", "db.namespace") == database && Tag("db.statement", "db.query.text") is { } text)
                {
                    statements.Enqueue(text);
                }

                string? Tag(string former, string present) =>
                    (tags.GetValueOrDefault(present) ?? tags.GetValueOrDefault(former)) as string;
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
