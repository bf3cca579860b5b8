namespace ProductionReady.Api.Audit;

/// <summary>Names of what is recorded: <c>resource.what_happened</c>. They never change meaning.</summary>
public static class AuditActions
{
    public const string SessionStarted = "session.started";
    public const string SessionRefused = "session.refused";
    public const string SessionEnded = "session.ended";
    public const string SessionRefreshReplayed = "session.refresh_replayed";

    public const string PermissionDenied = "permission.denied";

    public const string UserCreated = "user.created";
    public const string UserUpdated = "user.updated";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string UserDeleted = "user.deleted";

    public const string PasswordChanged = "password.changed";
    public const string PasswordResetRequested = "password.reset_requested";
    public const string PasswordReset = "password.reset";

    public const string RoleCreated = "role.created";
    public const string RoleUpdated = "role.updated";
    public const string RoleDeleted = "role.deleted";

    public const string InvitationCreated = "invitation.created";
    public const string InvitationAccepted = "invitation.accepted";
    public const string InvitationRevoked = "invitation.revoked";

    public const string ApiKeyCreated = "api_key.created";
    public const string ApiKeyRevoked = "api_key.revoked";

    public const string SecondFactorEnrolled = "second_factor.enrolled";
    public const string SecondFactorConfirmed = "second_factor.confirmed";
    public const string SecondFactorRemoved = "second_factor.removed";
    public const string SecondFactorRecoveryCodesMade = "second_factor.recovery_codes_made";

    /// <summary>An identity provider vouched for a user.</summary>
    public const string IdentityAccepted = "identity.accepted";
    public const string IdentityLinked = "identity.linked";

    public const string OidcProviderCreated = "oidc_provider.created";
    public const string OidcProviderUpdated = "oidc_provider.updated";
    public const string OidcProviderDeleted = "oidc_provider.deleted";

    public const string TenantCreated = "tenant.created";
    public const string TenantUpdated = "tenant.updated";
    public const string TenantSuspended = "tenant.suspended";
    public const string TenantReactivated = "tenant.reactivated";
    public const string TenantLimitsChanged = "tenant.limits_changed";
    public const string TenantClosed = "tenant.closed";
    public const string TenantReopened = "tenant.reopened";
    public const string TenantErasureOrdered = "tenant.erasure_ordered";
    public const string TenantErased = "tenant.erased";
    public const string TenantMoved = "tenant.moved";

    /// <summary>Brought back to an earlier moment.</summary>
    public const string TenantRestored = "tenant.restored";
    public const string TenantExported = "tenant.exported";
    public const string TenantImported = "tenant.imported";

    public const string PlatformTenantsRead = "platform.tenants_read";
    public const string PlatformStatisticsRead = "platform.statistics_read";
    public const string PlatformTombstonesRead = "platform.tombstones_read";

    public const string PlatformOperationsRead = "platform.operations_read";

    public const string BackupRequested = "backup.requested";
    public const string RestoreRequested = "restore.requested";

    public const string SigningKeyRotated = "signing_key.rotated";

    public const string AuditExported = "audit.exported";
}
