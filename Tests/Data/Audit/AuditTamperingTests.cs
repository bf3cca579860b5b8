using Npgsql;
using ProductionReady.Data.Audit;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Data.Audit;

/// <summary>A trail of ten entries, and what somebody who may do anything does to it.</summary>
public sealed class AuditTamperingTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string Copy = "tenant_id, gen_random_uuid(), action, outcome, actor_kind, actor_id, resource_type, resource_id, before, after, address, user_agent, session_id, request_id, previous_hash, hash";
    private const string Insert = "INSERT INTO audit_entries (seq, occurred_at, tenant_id, id, action, outcome, actor_kind, actor_id, resource_type, resource_id, before, after, address, user_agent, session_id, request_id, previous_hash, hash)";

    [Theory]
    [InlineData("UPDATE audit_entries SET id = gen_random_uuid() WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET occurred_at = occurred_at + interval '1 microsecond' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET occurred_at = occurred_at - interval '2 years' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET occurred_at = 'infinity' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET action = 'thing.undone' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET outcome = 'refused' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET actor_kind = 'system' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET actor_id = gen_random_uuid() WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET actor_id = NULL WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET resource_type = 'thin', resource_id = 'g' || resource_id WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET before = NULL WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET before = '{\"n\": 1.5}' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET after = after || '{\"c\": 1}' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET address = '::1' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET user_agent = '' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET session_id = NULL WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET request_id = 'request-2' WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET previous_hash = sha256('x') WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET hash = sha256('x') WHERE seq = 4", 4, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET action = 'thing.undone' WHERE seq = 1", 1, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET action = 'thing.undone' WHERE seq = 10", 10, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET seq = 11 - seq", 1, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET seq = 11 - seq WHERE seq IN (5, 6)", 5, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_entries SET tenant_id = '00000000-0000-7000-8000-00000000ffff' WHERE seq = 4", 4, AuditBreakKind.Removed)]
    [InlineData("DELETE FROM audit_entries WHERE seq = 1", 1, AuditBreakKind.Removed)]
    [InlineData("DELETE FROM audit_entries WHERE seq IN (4, 5)", 4, AuditBreakKind.Removed)]
    [InlineData("DELETE FROM audit_entries WHERE seq >= 9", 9, AuditBreakKind.CutShort)]
    [InlineData("DELETE FROM audit_entries", 1, AuditBreakKind.CutShort)]
    [InlineData($"{Insert} SELECT seq, occurred_at + interval '1 second', {Copy} FROM audit_entries WHERE seq = 4", 4, AuditBreakKind.Inserted)]
    [InlineData($"{Insert} SELECT 11, now(), {Copy} FROM audit_entries WHERE seq = 10", 11, AuditBreakKind.Changed)]
    [InlineData("UPDATE audit_chains SET last_hash = sha256('x')", 10, AuditBreakKind.HeadRewritten)]
    [InlineData("UPDATE audit_chains SET last_seq = 12", 11, AuditBreakKind.CutShort)]
    [InlineData("UPDATE audit_chains SET last_seq = 8", 9, AuditBreakKind.Inserted)]
    [InlineData("DELETE FROM audit_chains", 10, AuditBreakKind.HeadRewritten)]
    public async Task Verification_names_the_first_bad_entry_when_the_superuser_forges(string forgery, long seq, AuditBreakKind kind)
    {
        var tenant = await database.TenantAsync(entries: 10);
        var sound = await database.VerifyAsync(tenant);
        (sound.Break, sound.Entries).ShouldBe((null, 10));
        await database.ForgeAsync(For(tenant, forgery));

        var found = await database.VerifyAsync(tenant);

        found.Break.ShouldBe(new AuditBreak(seq, kind));
        found.Complete.ShouldBeFalse();
        found.LastSeq.ShouldBeLessThanOrEqualTo(seq);
    }

    [Fact]
    public async Task Verification_names_the_entry_after_one_that_was_rewritten_together_with_its_hash()
    {
        var tenant = await database.TenantAsync(entries: 10);
        await database.ForgeAsync(For(tenant, "UPDATE audit_entries SET action = 'thing.undone' WHERE seq = 4"));
        await RehashAsync(tenant, 4);
        (await database.VerifyAsync(tenant)).Break.ShouldBe(new AuditBreak(5, AuditBreakKind.Unlinked));
    }

    [Fact]
    public async Task Verification_finds_a_trail_cut_short_and_given_a_new_head_when_one_was_complete_before()
    {
        var tenant = await database.TenantAsync(entries: 10);
        var sound = await database.VerifyAsync(tenant);
        (await NoteAsync(tenant, sound)).ShouldBe(true);
        await database.ForgeAsync(For(tenant, "DELETE FROM audit_entries WHERE seq >= 9"));
        await database.ForgeAsync($"UPDATE audit_chains c SET last_seq = 8, last_hash = e.hash FROM audit_entries e WHERE e.tenant_id = c.tenant_id AND e.seq = 8 AND c.tenant_id = '{tenant}'");

        (await database.VerifyAsync(tenant)).Break.ShouldBe(new AuditBreak(9, AuditBreakKind.CutShort));

        await database.AppendAsync(tenant);
        await database.AppendAsync(tenant);
        (await database.VerifyAsync(tenant)).Break.ShouldBe(new AuditBreak(10, AuditBreakKind.Unlinked));
        await database.ForgeAsync(For(tenant, "UPDATE audit_chains SET verified_seq = NULL"));
        (await database.VerifyAsync(tenant)).Break.ShouldBeNull("nothing in the database tells any more");
        (await database.VerifyAsync(tenant, anchor: new AuditAnchor(sound.LastSeq, sound.LastHash))).Break
            .ShouldBe(new AuditBreak(10, AuditBreakKind.Unlinked), "the hash was kept elsewhere");
    }

    [Fact]
    public async Task Verification_goes_on_where_it_ended_when_it_is_bounded()
    {
        var tenant = await database.TenantAsync(entries: 10);
        var first = await database.VerifyAsync(tenant, after: 0, limit: 4);
        (first.Break, first.Entries, first.LastSeq, first.Complete).ShouldBe((null, 4, 4, false));
        var rest = await database.VerifyAsync(tenant, after: 4, limit: 6);
        (rest.Break, rest.Entries, rest.LastSeq, rest.Complete).ShouldBe((null, 6, 10, true));
        await database.ForgeAsync(For(tenant, "UPDATE audit_entries SET action = 'thing.undone' WHERE seq = 5"));
        (await database.VerifyAsync(tenant, after: 0, limit: 4)).Break.ShouldBeNull();
        (await database.VerifyAsync(tenant, after: 4, limit: 4)).Break.ShouldBe(new AuditBreak(5, AuditBreakKind.Changed));
        (await database.VerifyAsync(tenant, after: 11, limit: 4)).Break.ShouldBe(new AuditBreak(11, AuditBreakKind.CutShort));
    }

    private async Task RehashAsync(Guid tenant, long seq)
    {
        await using var admin = await database.OpenAsync();
        var hash = new byte[AuditHash.Length];
        await using (var select = new NpgsqlCommand($"SELECT {AuditRow.Columns} FROM audit_entries WHERE tenant_id = '{tenant}' AND seq = {seq}", admin))
        await using (var reader = await select.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            new AuditHash().Compute(new AuditRow().Read(reader), hash);
        }

        await AuditDatabase.ExecuteAsync(admin, $"UPDATE audit_entries SET hash = '\\x{Convert.ToHexStringLower(hash)}' WHERE tenant_id = '{tenant}' AND seq = {seq}");
    }

    private async Task<object?> NoteAsync(Guid tenant, AuditVerification ended)
    {
        await using var worker = await database.OpenAsync(ResourceNames.WorkerDatabase, tenant);
        return await AuditDatabase.ExecuteAsync(worker, $"SELECT note_audit_verified({ended.LastSeq}, '\\x{Convert.ToHexStringLower(ended.LastHash)}')");
    }

    private static string For(Guid tenant, string forgery) =>
        forgery.Contains(" WHERE ", StringComparison.Ordinal)
            ? forgery.Replace(" WHERE ", $" WHERE tenant_id = '{tenant}' AND ", StringComparison.Ordinal)
            : $"{forgery} WHERE tenant_id = '{tenant}'";
}
