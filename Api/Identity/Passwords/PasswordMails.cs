using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Mail;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>What users are told about their passwords.</summary>
public sealed class PasswordMails(IMailSender sender, IOptions<MailOptions> options)
{
    /// <summary>Path of the page that takes a new password, below <see cref="MailOptions.PublicUrl"/>.</summary>
    public const string ResetPath = "reset-password";

    /// <summary>The link to choose a new password with.</summary>
    public void SendReset(string to, string tenantName, SecretToken token) => Send(to, "Choose a new password", $"""
        Somebody asked for a new password for your account at {tenantName}.

        Choose one within an hour: {options.Value.Link(ResetPath, token.Text)}

        If it was not you, do nothing: your password stays as it is.
        """);

    /// <summary>That the password is another now.</summary>
    public void TellOfChange(string to, string tenantName) => Send(to, "Your password was changed", $"""
        The password of your account at {tenantName} was changed, and your other sessions were ended.

        If it was not you, choose a new password at once ("forgot password") and tell your administrator.
        """);

    // An address that was stored and that no mail can be sent to is not the caller's fault.
    private void Send(string to, string subject, string text)
    {
        if (Mail.Mail.TryCreate(to, subject, text, out var mail))
        {
            sender.Send(mail);
        }
    }
}
