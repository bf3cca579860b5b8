using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Data.Placement;
using ProductionReady.Tests.Api.ApiKeys;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Placement;

/// <summary>What becomes of requests while a tenant moves; the steps of the mover are taken one by one.</summary>
public sealed class TenantMoveTests(ApiFixture api, App app) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Requests_of_a_moving_tenant_wait_and_go_on_at_the_new_place()
    {
        var neighbour = await api.SignUpAsync();
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.CreateAsync(app, api, user.TenantId);
        await using var mover = await own.MoverAsync();
        await own.AnnounceAsync();
        await Eventually.BecomesTrueAsync("all have acknowledged", Bound, own.IsAcknowledgedAsync);

        var created = user.Client.PostAsync("held", """{"name":"Held"}""");
        var signedIn = SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        (await neighbour.Client.PostAsync(null, """{"name":"Not held"}""")).Status.ShouldBe(HttpStatusCode.Created);
        created.IsCompleted.ShouldBeFalse();
        signedIn.IsCompleted.ShouldBeFalse();
        await own.CarryAsync();
        created.IsCompleted.ShouldBeFalse();
        await own.SwitchAsync();

        (await created).Status.ShouldBe(HttpStatusCode.Created);
        await signedIn;
        (await own.ScalarAsync<long>("SELECT count(*) FROM contacts")).ShouldBe(1);
        (await own.RowsAsync(atHome: true)).ShouldBeEmpty();
        await Eventually.BecomesTrueAsync("all have acknowledged the switch", Bound, own.IsAcknowledgedAsync);
    }

    [Fact]
    public async Task Request_that_is_held_for_too_long_is_told_to_come_again()
    {
        await using var impatient = api.StartAnother(("Placement:Hold", "00:00:00.3"));
        var user = await SignedIn.UpAsync(impatient.NewClient);
        var own = await OwnDatabase.CreateAsync(app, api, user.TenantId);
        await using var mover = await own.MoverAsync();
        await own.AnnounceAsync();
        await Eventually.BecomesTrueAsync("all have acknowledged", Bound, own.IsAcknowledgedAsync);

        var held = await user.Client.PostAsync("held", """{"name":"Held"}""");

        held.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "tenant_moving");
        held.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        await own.SetAsync("moving = false");
        await Eventually.BecomesTrueAsync("it is let in again", Bound, async () => await user.Client.StatusAsync() == HttpStatusCode.OK);
        (await user.CountContactsAsync()).ShouldBe(0, "nothing was done");
    }

    [Fact]
    public async Task Unit_of_work_in_flight_delays_the_acknowledgement_until_it_ends()
    {
        var user = await api.SignUpAsync();
        var gate = api.Services.GetRequiredService<TenantGate>();
        var own = await OwnDatabase.CreateAsync(app, api, user.TenantId);
        await Eventually.BecomesTrueAsync("requests before have ended", Bound, () => Task.FromResult(!IsAtWork(gate, user.TenantId)));
        (await gate.EnterAsync(user.TenantId, CancellationToken.None)).ShouldBe(gate.Home);
        await using var mover = await own.MoverAsync();
        await own.AnnounceAsync();

        // It is held: so this instance has read the announcement.
        var held = user.Client.StatusAsync();
        await Eventually.BecomesTrueAsync("entries are held", Bound, () => Task.FromResult(!IsLetIn(gate, user.TenantId)));
        (await own.IsAcknowledgedAsync()).ShouldBeFalse("a unit of work still runs by the former epoch");
        gate.PoolOf(user.TenantId).ShouldBe(gate.Home, "and stays where it began");

        gate.Leave(user.TenantId);

        await Eventually.BecomesTrueAsync("it is acknowledged now", Bound, own.IsAcknowledgedAsync);
        await own.CarryAsync();
        await own.SwitchAsync();
        (await held).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Announcement_of_a_mover_that_died_holds_nobody()
    {
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.CreateAsync(app, api, user.TenantId);
        Task<HttpStatusCode> held;
        await using (await own.MoverAsync())
        {
            await own.AnnounceAsync();
            await Eventually.BecomesTrueAsync("all have acknowledged", Bound, own.IsAcknowledgedAsync);
            held = user.Client.StatusAsync();
            held.IsCompleted.ShouldBeFalse();
        }

        (await held).ShouldBe(HttpStatusCode.OK);
        (await user.Client.PostAsync(null, """{"name":"At home"}""")).Status.ShouldBe(HttpStatusCode.Created);
        await own.SetAsync("fenced = true");
        (await user.Client.PostAsync(null, """{"name":"Fenced"}""")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "tenant_moving");
        (await user.CountContactsAsync()).ShouldBe(1, "reading goes on");
    }

    [Fact]
    public async Task Instance_that_starts_in_the_middle_of_a_move_holds_requests_too()
    {
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.CreateAsync(app, api, user.TenantId);
        await using var mover = await own.MoverAsync();
        await own.AnnounceAsync();
        await Eventually.BecomesTrueAsync("all have acknowledged", Bound, own.IsAcknowledgedAsync);

        await using var late = api.StartAnother();
        using var client = late.NewClient();
        client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        var held = client.PostAsync("late", """{"name":"Late"}""");
        await own.CarryAsync();
        held.IsCompleted.ShouldBeFalse();
        await own.SwitchAsync();

        (await held).Status.ShouldBe(HttpStatusCode.Created);
        (await own.ScalarAsync<long>("SELECT count(*) FROM contacts")).ShouldBe(1);
    }

    [Fact]
    public async Task Tenant_that_moves_home_again_is_served_there_and_its_pools_are_closed()
    {
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        await Eventually.BecomesTrueAsync("the Api knows", Bound, own.IsAcknowledgedAsync);
        (await user.Client.StatusAsync()).ShouldBe(HttpStatusCode.OK);

        await own.SetAsync("database = NULL, fenced = false");

        await Eventually.BecomesTrueAsync("all have acknowledged", Bound, own.IsAcknowledgedAsync);
        await Eventually.BecomesTrueAsync("nobody is connected to the former place", Bound, async () => await own.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{own.Name}' AND usename = 'app_api'") == 0);
    }

    private static bool IsLetIn(TenantGate gate, Guid tenant)
    {
        var letIn = gate.EnterAsync(tenant, new CancellationToken(canceled: true)).IsCompletedSuccessfully;
        if (letIn)
        {
            gate.Leave(tenant);
        }

        return letIn;
    }

    private static bool IsAtWork(TenantGate gate, Guid tenant)
    {
        try
        {
            gate.PoolOf(tenant);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
