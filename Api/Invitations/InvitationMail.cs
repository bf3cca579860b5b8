using System.Globalization;
using System.Net.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Mail;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Invitations;

/// <summary>Sends invitations, once what they say is committed.</summary>
public sealed class InvitationMail(AppDbContext database, IMailSender sender, IOptions<MailOptions> options)
{
    /// <summary>How long an invitation can be accepted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Whether mail can be sent to an address.</summary>
    public static bool CanReach(string email) =>
        MailAddress.TryCreate(email, out var address) && address.Address == email && !email.Any(char.IsControl);

    /// <summary>Sends the invitation with its token after the current transaction's commit.</summary>
    public async Task SendAsync(Invitation invitation, SecretToken token, CancellationToken cancellationToken)
    {
        // The tenant's name is its administrators' own text: it must not be able to say anything in the subject.
        var tenant = await database.Tenants.AsNoTracking().Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        var mail = new Mail.Mail(
            invitation.Email,
            "You are invited",
            string.Create(CultureInfo.InvariantCulture, $"""
                You are invited to join "{tenant}".

                To accept, choose a name and a password here:
                {options.Value.Link("accept-invitation", token.Text)}

                The link works once, until {invitation.ExpiresAt:yyyy-MM-dd HH:mm} UTC. If you do not know what this is about, do nothing.

                """).ReplaceLineEndings("\n"));
        database.AfterCommit(() => sender.Send(mail));
    }
}
