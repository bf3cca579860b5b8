using ProductionReady.Data.Audit;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Idempotency;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>
/// The rule of the tenant and of every tenant-owned entity; a test fails for one that has none. What the tenant works with comes back.
/// Who may come in and what he may do stays as it is now: whatever was taken away since then was taken away for a reason.
/// </summary>
public static class TenantRestoreRules
{
    private const string Credentials = "A password, key or token that was replaced or taken away since would open the door again.";
    private const string Access = "Who may do what is decided now, not then: what was taken from somebody since stays taken.";
    private const string Passing = "It lasts for minutes, and is of no use then or now.";

    /// <summary>Entity to rule.</summary>
    public static IReadOnlyDictionary<Type, TenantRestoreRule> All { get; } = new Dictionary<Type, TenantRestoreRule>
    {
        [typeof(Contact)] = new TenantRestoreRule.Whole(),

        // What stays: slug (people sign in by it), state, plan, and what the tenant asks of second factors.
        [typeof(Tenant)] = new TenantRestoreRule.Some(nameof(Tenant.Name), nameof(Tenant.TimeZone), nameof(Tenant.Language)),

        // Of a user stay the address (resets of the password go there), password, roles and state. One who was deleted comes back disabled
        // and without a password: an administrator decides whether he may come in.
        [typeof(User)] = new TenantRestoreRule.Some(nameof(User.DisplayName))
        {
            Added = new AddedRows(nameof(User.Email), new Dictionary<string, string>
            {
                [nameof(User.State)] = "'disabled'",
                [nameof(User.PasswordHash)] = "NULL",
                [nameof(User.PasswordChangedAt)] = "NULL",
                [nameof(User.AccessVersion)] = "recovered.access_version + 1",
                [nameof(User.UpdatedAt)] = "now()",
            }),
        },

        [typeof(Role)] = new TenantRestoreRule.Kept(Access),
        [typeof(Invitation)] = new TenantRestoreRule.Kept(Access),
        [typeof(OidcProvider)] = new TenantRestoreRule.Kept(Access),
        [typeof(UserIdentity)] = new TenantRestoreRule.Kept(Access),
        [typeof(ApiKey)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(SecondFactor)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(RecoveryCode)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(PasswordReset)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(Session)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(RefreshToken)] = new TenantRestoreRule.Kept(Credentials),
        [typeof(SignInChallenge)] = new TenantRestoreRule.Kept(Passing),
        [typeof(OidcSignIn)] = new TenantRestoreRule.Kept(Passing),
        [typeof(SignInThrottle)] = new TenantRestoreRule.Kept("Whoever guesses passwords is not given new tries."),
        [typeof(AuditEntry)] = new TenantRestoreRule.Kept("The trail only grows: it tells what happened, this restore too."),
        [typeof(AuditChain)] = new TenantRestoreRule.Kept("It is the head of the trail."),
        [typeof(IdempotencyKey)] = new TenantRestoreRule.Kept("They are the answers that clients were given."),
        [typeof(TenantUsage)] = new TenantRestoreRule.Kept("It is measured anew every hour."),
        [typeof(ContactAllowance)] = new TenantRestoreRule.Kept("The contacts are counted anew."),
    };
}
