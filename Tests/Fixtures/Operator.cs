using ProductionReady.Data.Tenants;

namespace ProductionReady.Tests.Fixtures;

/// <summary>Administrators of the platform in tests.</summary>
public static class Operator
{
    private const string MakeTenant = """
        INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
        VALUES ($1, 'platform', 'Platform', 'active', now(), now()) ON CONFLICT DO NOTHING
        """;

    private const string MakeUser = """
        INSERT INTO users (id, tenant_id, email, display_name, password_hash, roles, state, created_at, updated_at)
        SELECT gen_random_uuid(), $2, email, 'Operator', password_hash, '{admin,platform_admin}', 'active', now(), now()
        FROM users WHERE tenant_id = $1
        """;

    /// <summary>The platform's own tenant, made when it is not there.</summary>
    public static async Task<Guid> PlatformAsync(this ApiFixture api)
    {
        await api.ExecuteAsync(MakeTenant, PlatformTenant.Id);
        return PlatformTenant.Id;
    }

    /// <summary>A new administrator of the platform, signed in.</summary>
    public static async Task<SignedIn> OperatorAsync(this ApiFixture api)
    {
        var template = await api.SignUpAsync();
        (await api.ExecuteAsync(MakeUser, template.TenantId, await api.PlatformAsync())).ShouldBe(1);
        return await SignedIn.InAsync(api.NewClient, "platform", template.Email, template.Password);
    }
}
