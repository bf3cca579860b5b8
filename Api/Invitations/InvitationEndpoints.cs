using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Paging;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Invitations;

/// <summary><c>/api/v1/invitations</c></summary>
public static class InvitationEndpoints
{
    /// <summary>Adds what they need; mail must be added too.</summary>
    public static void AddInvitations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddScoped<InvitationMail>();
        builder.Services.AddScoped<Inviters>();
        builder.Services.AddScoped<Invite>();
        builder.Services.AddScoped<ResendInvitation>();
        builder.Services.AddScoped<AcceptInvitation>();
    }

    /// <summary>Maps them.</summary>
    public static void MapInvitationEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var invitations = endpoints.MapApiGroup("invitations", "Invitations");
        invitations.MapGet("", InvitationReads.ListAsync)
            .RequirePermission(Permissions.UserManage)
            .WithName("listInvitations").WithSummary("List invitations")
            .TakesQuery(("email", "The whole e-mail address, in any case."), ("state", "open, accepted, revoked or expired."))
            .Pages()
            .ProducesProblems(422);
        invitations.MapPost("", Invite.HandleAsync)
            .RequirePermission(Permissions.UserManage)
            .Audited(AuditActions.InvitationCreated)
            .TakesIdempotencyKey()
            .WithName("invite").WithSummary("Invite somebody by mail to join with these roles")
            .ProducesProblems(409, 413, 415, 422);
        invitations.MapGet("{id}", InvitationReads.ReadAsync)
            .RequirePermission(Permissions.UserManage)
            .WithName("readInvitation").WithSummary("Read an invitation")
            .ProducesProblems(404);
        invitations.MapPost("{id}/resend", ResendInvitation.HandleAsync)
            .RequirePermission(Permissions.UserManage)
            .Audited(AuditActions.InvitationCreated)
            .TakesIdempotencyKey()
            .WithName("resendInvitation").WithSummary("Send an invitation again, with a new token")
            .ProducesProblems(404, 409);
        invitations.MapDelete("{id}", RevokeInvitation.HandleAsync)
            .RequirePermission(Permissions.UserManage)
            .Audited(AuditActions.InvitationRevoked)
            .WithName("revokeInvitation").WithSummary("Take an invitation back")
            .ProducesProblems(404);
        invitations.MapPost("accept", AcceptInvitation.HandleAsync)
            .AllowAnonymousBecause(AnonymousEndpoints.AcceptInvitation)
            .RateLimitBy(RateLimitPolicy.Login)
            .Audited(AuditActions.InvitationAccepted)
            .WithName("acceptInvitation").WithSummary("Accept an invitation: a new user with a name and a password")
            .ProducesProblems(404, 409, 413, 415, 422);
    }
}
