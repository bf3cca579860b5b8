using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Matrix;

/// <summary>What an endpoint must answer a caller with.</summary>
/// <param name="Status">The status; null for anything but 401, 403 and a failure of the server.</param>
/// <param name="Code">The problem's code.</param>
internal sealed record Expected(int? Status, string? Code)
{
    public static readonly Expected LetIn = new(null, null);

    public static Expected Unauthorized(string code) => new(401, code);

    public static Expected Forbidden(string code) => new(403, code);
}

/// <summary>One kind of caller: how to become one, in a tenant of its own, and what a route's metadata say that it gets.</summary>
internal sealed record MatrixCaller(string Name, Func<ApiFixture, Task<HttpClient>> Become, Func<MatrixRoute, Expected> Expect)
{
    private const string NothingRole = "may_nothing";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<MatrixCaller> All { get; } =
    [
        new("anonymous", api => Task.FromResult(api.NewClient()), _ => Expected.Unauthorized("token_missing")),
        .. BuiltInRoles.All.Except([BuiltInRoles.PlatformAdmin]).Select(role => OfRole(role, RolePermissions.BuiltIn[role])),
        OfRole(NothingRole, []),
        new("restricted session", api => MemberAsync(api, BuiltInRoles.Admin, restricted: true), Restricted),
        new("API key with every scope", api => KeyAsync(api, Permissions.OfTenants), route => OfKey(route, Permissions.OfTenants)),
        new("API key without a scope that is asked for", api => KeyAsync(api, []), route => OfKey(route, [])),
        new("revoked API key", RevokedKeyAsync, _ => Expected.Unauthorized("api_key_invalid")),
        new("suspended tenant", SuspendedAsync, _ => Expected.Unauthorized("token_revoked")),
        new("disabled user", api => ChangedAsync(api, new { state = "disabled" }), _ => Expected.Unauthorized("token_revoked")),
        new("deleted user", api => ChangedAsync(api, null), _ => Expected.Unauthorized("token_revoked")),
        new("revoked session", RevokedAsync, _ => Expected.Unauthorized("token_revoked")),
        new("stale version", api => ChangedAsync(api, new { roles = new[] { BuiltInRoles.EventManager } }), _ => Expected.Unauthorized("token_stale")),
    ];

    /// <summary>What the caller must get; an open endpoint lets everybody in, whatever token he sends.</summary>
    public Expected At(MatrixRoute route) => route.Access == EndpointAccess.Anonymous ? Expected.LetIn : Expect(route);

    public override string ToString() => Name;

    /// <summary>A tenant without users, made in the database.</summary>
    public static async Task<Guid> TenantAsync(ApiFixture api)
    {
        var id = Guid.CreateVersion7();
        await api.ExecuteAsync(
            """
            INSERT INTO tenants (id, slug, name, state, created_at, updated_at)
            VALUES ($1, 't' || replace($1::text, '-', ''), 'Tenant', 'active', now(), now())
            """,
            id);
        return id;
    }

    private static MatrixCaller OfRole(string role, IReadOnlyCollection<string> permissions) =>
        new($"role {role}", api => MemberAsync(api, role, restricted: false), route => WithPermissions(route, permissions));

    private static Expected WithPermissions(MatrixRoute route, IReadOnlyCollection<string> held) =>
        route.Permission is null || held.Contains(route.Permission) ? Expected.LetIn : Expected.Forbidden("permission_missing");

    private static Expected Restricted(MatrixRoute route) =>
        route.AllowsRestricted ? Expected.LetIn : Expected.Forbidden("second_factor_enrolment_required");

    /// <summary>What needs a user is no key's, whatever its scopes.</summary>
    private static Expected OfKey(MatrixRoute route, IReadOnlyCollection<string> scopes) =>
        WithPermissions(route, scopes) is { Status: not null } refused && !route.NeedsUser ? refused
        : route.NeedsUser ? Expected.Forbidden("user_required")
        : Expected.LetIn;

    private static async Task<HttpClient> KeyAsync(ApiFixture api, IReadOnlyCollection<string> scopes) =>
        await KeyAsync(api, await TenantAsync(api), scopes);

    private static async Task<HttpClient> RevokedKeyAsync(ApiFixture api)
    {
        var tenant = await TenantAsync(api);
        var client = await KeyAsync(api, tenant, Permissions.OfTenants);
        await api.ExecuteAsync("UPDATE api_keys SET revoked_at = now() WHERE tenant_id = $1", tenant);
        return client;
    }

    private static async Task<HttpClient> KeyAsync(ApiFixture api, Guid tenant, IReadOnlyCollection<string> scopes)
    {
        var key = SecretToken.Create(SecretToken.ApiKey, tenant);
        await api.ExecuteAsync(
            """
            INSERT INTO api_keys (tenant_id, id, name, hint, secret_hash, scopes, created_by, created_at)
            VALUES ($1, gen_random_uuid(), 'Matrix', 'hint', $2, $3, gen_random_uuid(), now())
            """,
            tenant, key.Hash(), scopes.ToArray());
        var client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        return client;
    }

    private static async Task<HttpClient> MemberAsync(ApiFixture api, string role, bool restricted)
    {
        var tenant = await TenantAsync(api);
        if (role == NothingRole)
        {
            await api.ExecuteAsync(
                "INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at) VALUES ($1, $2, '', '{}', now(), now())", tenant, role);
        }

        return (await api.AddMemberAsync(tenant, [role], restricted)).Client;
    }

    private static async Task<HttpClient> ChangedAsync(ApiFixture api, object? patch)
    {
        var tenant = await TenantAsync(api);
        var admin = await api.AddMemberAsync(tenant, [BuiltInRoles.Admin]);
        var changed = await api.AddMemberAsync(tenant, [BuiltInRoles.Admin]);
        using var answer = patch is null ? await admin.Client.DeleteAsync(changed.Path) : await admin.Client.PatchAsJsonAsync(changed.Path, patch);
        answer.EnsureSuccessStatusCode();
        return changed.Client;
    }

    private static async Task<HttpClient> RevokedAsync(ApiFixture api)
    {
        var member = await api.AddMemberAsync(await TenantAsync(api), [BuiltInRoles.Admin]);
        using var answer = await member.Client.PostAsync("/api/v1/auth/logout", null);
        answer.EnsureSuccessStatusCode();
        return member.Client;
    }

    private static async Task<HttpClient> SuspendedAsync(ApiFixture api)
    {
        var tenant = await TenantAsync(api);
        var member = await api.AddMemberAsync(tenant, [BuiltInRoles.Admin]);
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", tenant);
        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenant, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<SessionEnding>().EndAllOfTenantAsync(SessionEnding.TenantSuspended, CancellationToken.None);
        return member.Client;
    }
}
