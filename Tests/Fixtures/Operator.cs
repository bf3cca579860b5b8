namespace ProductionReady.Tests.Fixtures;

/// <summary>Administrators of the platform in tests.</summary>
public static class Operator
{
    private const string Make = """
        WITH platform AS (
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
            VALUES ('00000000-0000-7000-8000-000000000001', 'platform', 'Platform', 'active', now(), now()) ON CONFLICT DO NOTHING)
        INSERT INTO users (id, tenant_id, email, display_name, password_hash, roles, state, created_at, updated_at)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', email, 'Operator', password_hash, '{admin,platform_admin}', 'active', now(), now()
        FROM users WHERE tenant_id = $1
        """;

    /// <summary>A new administrator of the platform, signed in.</summary>
    public static async Task<SignedIn> OperatorAsync(this ApiFixture api)
    {
        var template = await api.SignUpAsync();
        (await api.ExecuteAsync(Make, template.TenantId)).ShouldBeGreaterThan(0);
        return await SignedIn.InAsync(api.NewClient, "platform", template.Email, template.Password);
    }
}
