using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService.Placing;

/// <summary>A mover that is killed loses nothing: the tenant is used on meanwhile, and the same command makes good.</summary>
public sealed class PlaceKilledTests(App app)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After which steps the mover is killed: all of them with <c>make prove-moves</c>, else those with the most to lose. Each takes
    /// ten seconds or more.
    /// </summary>
    private static readonly bool AllSteps = Environment.GetEnvironmentVariable("PROVE_MOVES") is { Length: > 0 };

    public static TheoryData<string> Steps => AllSteps
        ?
        [
            "commit", "prepare", "copy while the tenant is in use", "announce", "wait for transactions under way", "copy the rest",
            "compare", "copy revocations", "open the target", "switch", "delete what is left at home",
        ]
        : ["copy while the tenant is in use", "announce", "switch"];

    public static TheoryData<string> StepsHome => AllSteps
        ? ["copy while the tenant is in use", "announce", "copy the rest", "compare", "fence", "switch", "drop"]
        : ["fence", "switch"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Tenant_can_be_used_and_is_moved_by_the_same_command_when_the_mover_was_killed_after(string step)
    {
        var tenants = await TwoTenants.CreateAsync(app, contacts: 20_000);
        await KillAsync(tenants, step);
        await GoesOnAsync(tenants, shut: false, "place", tenants.Slug);
        (await tenants.PlacementAsync()).ShouldBe(tenants.Own);
        (await tenants.TablesWithRowsAsync(tenants.Moved, null)).ShouldBe(["tenant_usage"]);
        await tenants.PlaceAsync("--home");
    }

    [Theory]
    [MemberData(nameof(StepsHome))]
    public async Task Tenant_can_be_used_and_is_moved_home_by_the_same_command_when_the_mover_was_killed_after(string step)
    {
        var tenants = await TwoTenants.CreateAsync(app, contacts: 20_000);
        (await tenants.PlaceAsync()).ExitCode.ShouldBe(ExitCode.Done);
        await KillAsync(tenants, step, "--home");
        await GoesOnAsync(tenants, shut: step == "fence", "place", tenants.Slug, "--home");
        (await tenants.PlacementAsync()).ShouldBeNull();
        (await tenants.ExistsAsync(tenants.Own)).ShouldBeFalse();
    }

    [Fact]
    public async Task Announced_move_is_taken_back_by_up_when_its_mover_was_killed()
    {
        var tenants = await TwoTenants.CreateAsync(app);
        await tenants.Home.ExecuteAsync($"INSERT INTO tenant_placements (id, moving, moving_to, left_database) VALUES ('{tenants.Moved}', true, '{tenants.Own}', '{tenants.Own}')");
        await tenants.In(tenants.Own).UpAsync();
        await tenants.Home.UpAsync();
        (await tenants.Home.ScalarAsync("SELECT count(*) FROM tenant_placements WHERE moving OR moving_to IS NOT NULL OR left_database IS NOT NULL")).ShouldBe(0L);
        (await tenants.ExistsAsync(tenants.Own)).ShouldBeFalse();
    }

    private static async Task KillAsync(TwoTenants tenants, string step, params string[] options)
    {
        using var mover = ServiceRun.Start("MigrationService", await MigrationRun.EnvironmentAsync(tenants.Home.Admin, tenants.Home.App), ["place", tenants.Slug, .. options]);
        var errors = mover.StandardError.ReadToEndAsync();
        var said = new List<string>();
        while (await mover.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains($"{step}", StringComparison.Ordinal) && line.Contains(": done in", StringComparison.Ordinal))
            {
                mover.Kill();
                await mover.WaitForExitAsync();
                return;
            }
        }

        throw new InvalidOperationException($"The mover never came to '{step}'. It said:\n{string.Join('\n', said)}{await errors}");
    }

    /// <param name="tenants">The tenants.</param>
    /// <param name="shut">Whether the mover may have died between its two last commits, and the tenant can only be read until the command comes.</param>
    /// <param name="command">The same one again.</param>
    private static async Task GoesOnAsync(TwoTenants tenants, bool shut, params string[] command)
    {
        var contact = Guid.CreateVersion7();
        if (!shut)
        {
            await Eventually.BecomesTrueAsync("the tenant's contacts can be written again, without another command", Within, async () => await TryAddAsync(tenants, contact));
        }

        var before = await tenants.RowsAsync(tenants.Moved, await tenants.PlacementAsync());
        var others = await tenants.RowsAsync(tenants.Other, null);

        var again = await tenants.Home.RunAsync(command);
        again.ExitCode.ShouldBe(ExitCode.Done, again.Results);
        again.Results.ShouldMatch(@"(^|\s)0 rows left in");
        var after = await tenants.RowsAsync(tenants.Moved, await tenants.PlacementAsync());
        after.ShouldBe(before);
        after.Contains(contact.ToString(), StringComparison.Ordinal).ShouldBe(!shut);
        (await tenants.RowsAsync(tenants.Other, null)).ShouldBe(others);
        (await TryAddAsync(tenants, Guid.CreateVersion7())).ShouldBeTrue();
    }

    private static async Task<bool> TryAddAsync(TwoTenants tenants, Guid contact)
    {
        try
        {
            await using var api = await tenants.OpenAsApiAsync(await tenants.PlacementAsync());
            await TwoTenants.AddContactAsync(api, contact);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is TenantFence.SqlState)
        {
            return false;
        }
    }
}
