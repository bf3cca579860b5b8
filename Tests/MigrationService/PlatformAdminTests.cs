using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

public sealed class PlatformAdminTests(App app)
{
    [Fact]
    public async Task Platform_admin_is_made_with_a_token_and_without_a_password_and_again_changes_nothing_but_the_token()
    {
        var database = await Database.MigratedAsync(app);
        (await database.ScalarAsync("SELECT count(*) FROM users")).ShouldBe(0L, "nobody is there by default");

        var first = await database.RunAsync("platform-admin", "--email", "Ops@acme.example");
        first.ExitCode.ShouldBe(ExitCode.Done, first.Results);
        var token = Token(first.Results);
        token.TenantId.ShouldBe(PlatformTenant.Id);
        (await database.ScalarAsync($"SELECT count(*) FROM password_resets WHERE token_hash = '\\x{Convert.ToHexString(token.Hash())}' AND used_at IS NULL")).ShouldBe(1L);
        (await database.ScalarAsync("SELECT count(*) FROM users WHERE password_hash IS NULL AND roles = '{admin,platform_admin}'")).ShouldBe(1L);

        var second = await database.RunAsync("platform-admin", "--email", "ops@ACME.example");
        second.ExitCode.ShouldBe(ExitCode.Done, second.Results);
        second.Results.ShouldContain("already");
        Token(second.Results).Text.ShouldNotBe(token.Text);
        (await database.ScalarAsync("SELECT count(*) FROM password_resets WHERE used_at IS NULL")).ShouldBe(1L, "the first token is worth nothing");
        (await database.ScalarAsync("SELECT count(*) FROM audit_entries WHERE action = 'user.created' AND actor_kind = 'system'")).ShouldBe(1L);

        await database.ExecuteAsync("UPDATE users SET password_hash = 'x', roles = '{user}'");
        var third = await database.RunAsync("platform-admin", "--email", "ops@acme.example");
        third.Results.ShouldNotContain("prp_");
        (await database.ScalarAsync("SELECT roles::text || access_version FROM users")).ShouldBe("{user,admin,platform_admin}2");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a b@acme.example")]
    public async Task Platform_admin_is_refused_when_that_is_no_address(string email)
    {
        var database = await Database.MigratedAsync(app);
        (await database.RunAsync("platform-admin", "--email", email)).ExitCode.ShouldBe(ExitCode.Usage);
        (await database.RunAsync("platform-admin")).ExitCode.ShouldBe(ExitCode.Usage);
        (await database.ScalarAsync("SELECT count(*) FROM tenants")).ShouldBe(0L);
    }

    private static SecretToken Token(string output)
    {
        SecretToken.TryParse(SecretToken.PasswordReset, output[output.IndexOf("prp_", StringComparison.Ordinal)..].Trim(), out var token).ShouldBeTrue(output);
        return token!;
    }
}
