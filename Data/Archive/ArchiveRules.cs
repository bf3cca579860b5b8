using ProductionReady.Data.Audit;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Idempotency;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Archive;

/// <summary>The rule of every tenant-owned entity; a test fails for one that has none.</summary>
public static class ArchiveRules
{
    /// <summary>Entity to rule.</summary>
    public static IReadOnlyDictionary<Type, ArchiveRule> All { get; } = new Dictionary<Type, ArchiveRule>
    {
        [typeof(Role)] = new ArchiveRule.Exported(),
        [typeof(User)] = new ArchiveRule.Exported(nameof(User.PasswordHash), nameof(User.AccessVersion)),
        [typeof(Contact)] = new ArchiveRule.Exported(),
        [typeof(Session)] = new ArchiveRule.Exported { NotImported = "They are the history of sign-ins to another tenant." },
        [typeof(Invitation)] = new ArchiveRule.Exported(nameof(Invitation.TokenHash))
        {
            NotImported = "Their tokens are not in the archive, so nobody could accept them: invite again.",
        },
        [typeof(ApiKey)] = new ArchiveRule.Exported(nameof(ApiKey.SecretHash)) { NotImported = "The keys are not in the archive: make new ones." },
        [typeof(SecondFactor)] = new ArchiveRule.Exported(nameof(SecondFactor.WrappedSecret), nameof(SecondFactor.LastStep))
        {
            NotImported = "Their secrets are not in the archive: users enrol again.",
        },
        [typeof(OidcProvider)] = new ArchiveRule.Exported(nameof(OidcProvider.WrappedClientSecret))
        {
            NotImported = "Their secrets are not in the archive, and the providers know other addresses: configure them again.",
        },
        [typeof(UserIdentity)] = new ArchiveRule.Exported
        {
            NotImported = "Whom a link names can sign in, and an archive can be edited: users are linked again when they sign in, where the provider may link "
                + "by e-mail.",
        },
        [typeof(AuditEntry)] = new ArchiveRule.Exported { NotImported = "Their hashes hold the id of the tenant that they are of: keep the archive as the record." },

        [typeof(AuditChain)] = new ArchiveRule.NotExported("The last entry of the trail says the same."),
        [typeof(RefreshToken)] = new ArchiveRule.NotExported("Hashes of credentials, of no use to anybody but this installation."),
        [typeof(RecoveryCode)] = new ArchiveRule.NotExported("Hashes of credentials, of no use to anybody but this installation."),
        [typeof(PasswordReset)] = new ArchiveRule.NotExported("Hashes of credentials, of no use to anybody but this installation."),
        [typeof(SignInChallenge)] = new ArchiveRule.NotExported("Hashes of credentials that last for minutes."),
        [typeof(OidcSignIn)] = new ArchiveRule.NotExported("Sign-ins under way, which last for minutes."),
        [typeof(SignInThrottle)] = new ArchiveRule.NotExported("Hashes that tell this installation alone whom to slow down."),
        [typeof(IdempotencyKey)] = new ArchiveRule.NotExported("Answers kept for a day, for requests that come again; what they tell is in the other tables."),
        [typeof(TenantUsage)] = new ArchiveRule.NotExported("Measured anew every hour."),
        [typeof(ContactAllowance)] = new ArchiveRule.NotExported("Counted anew from the contacts."),
    };
}
