using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Invitations;

/// <summary>What became of an invitation.</summary>
public enum InvitationState
{
    /// <summary>It can be accepted.</summary>
    Open,

    /// <summary>It was.</summary>
    Accepted,

    /// <summary>It was taken back.</summary>
    Revoked,

    /// <summary>It was not accepted in time; sending it again opens it.</summary>
    Expired,
}

/// <summary>An invitation on the wire; its token is in the mail alone.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Email">Where it was sent, and the address the user will have.</param>
/// <param name="Roles">Roles the user will have.</param>
/// <param name="State"><c>open</c>, <c>accepted</c>, <c>revoked</c> or <c>expired</c>.</param>
/// <param name="InvitedBy">Id of the user who invited.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC.</param>
/// <param name="AcceptedAt">UTC.</param>
public sealed record InvitationResource(
    Guid Id, string Email, IReadOnlyList<string> Roles, string State, Guid InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? AcceptedAt)
{
    /// <summary>The wire form.</summary>
    public static InvitationResource Of(Invitation invitation, DateTimeOffset now) => new(
        invitation.Id, invitation.Email, invitation.Roles, StoredText.Of(StateOf(invitation, now)), invitation.InvitedBy, invitation.CreatedAt,
        invitation.ExpiresAt, invitation.AcceptedAt);

    /// <summary>What the audit trail keeps of an invitation.</summary>
    public static object Audited(Invitation invitation) => new { invitation.Email, invitation.Roles, invitation.ExpiresAt };

    private static InvitationState StateOf(Invitation invitation, DateTimeOffset now) =>
        invitation.AcceptedAt is not null ? InvitationState.Accepted
        : invitation.RevokedAt is not null ? InvitationState.Revoked
        : invitation.ExpiresAt <= now ? InvitationState.Expired
        : InvitationState.Open;
}

/// <summary>A page of invitations.</summary>
/// <param name="Items">In the order in which they were made.</param>
/// <param name="NextCursor">Gives the next page; null on the last.</param>
public sealed record InvitationPage(IReadOnlyList<InvitationResource> Items, string? NextCursor);

/// <summary>Whom to invite.</summary>
/// <param name="Email">E-mail address that no user of the tenant has.</param>
/// <param name="Roles">Names of the roles, 1 to 20; only such as grant nothing beyond what the caller may do.</param>
public sealed record NewInvitation(string Email, IReadOnlyList<string> Roles);

/// <summary>Accepting an invitation.</summary>
/// <param name="Token">As in the mail.</param>
/// <param name="DisplayName">Name for people, 1 to 100 characters.</param>
/// <param name="Password">12 to 128 characters.</param>
public sealed record InvitationAcceptance(string Token, string DisplayName, string Password)
{
    /// <summary>Says nothing of the secrets, for records print their members.</summary>
    public override string ToString() => nameof(InvitationAcceptance);
}
