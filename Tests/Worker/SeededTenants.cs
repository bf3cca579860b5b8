namespace ProductionReady.Tests.Worker;

/// <summary>SQL that makes tenants with sessions and refresh tokens, as years of use would.</summary>
internal static class SeededTenants
{
    /// <summary>Each tenant gets one user with a living session of one living token, and expired tokens beside it.</summary>
    public static string With(int tenants, int expiredTokens) => $"""
        WITH t AS (
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
            SELECT gen_random_uuid(), 'seeded-' || i, 'Seeded ' || i, 'active', now(), now() FROM generate_series(1, {tenants}) i RETURNING id
        ), u AS (
            INSERT INTO users (id, tenant_id, email, display_name, password_hash, roles, state, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'a@example.org', 'A', 'x', ARRAY['admin'], 'active', now(), now() FROM t RETURNING id, tenant_id
        ), s AS (
            INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at)
            SELECT gen_random_uuid(), tenant_id, id, now(), now(), now() + interval '30 days' FROM u RETURNING id, tenant_id
        )
        INSERT INTO refresh_tokens (id, tenant_id, session_id, token_hash, created_at, expires_at)
        SELECT gen_random_uuid(), tenant_id, id, sha256(gen_random_uuid()::text::bytea), now(),
            CASE WHEN i = 0 THEN now() + interval '1 day' ELSE now() - interval '1 day' END
        FROM s, generate_series(0, {expiredTokens}) i
        """;
}
