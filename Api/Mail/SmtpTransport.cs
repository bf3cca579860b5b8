using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Mail;

/// <summary>
/// Hands mails to an SMTP server (RFC 5321), each on a connection of its own. On the framework's client, as MailKit is not to
/// be had on a partial feed: it knows STARTTLS (RFC 3207) and no TLS from the first byte, refuses to go on when the server
/// does not offer STARTTLS, and checks the server's certificate against the machine's trust.
/// </summary>
public sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    /// <inheritdoc/>
    public async Task<MailOutcome> DeliverAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var message = Message(mail);
        var client = Client(options.Value.Smtp);
        try
        {
            await client.SendMailAsync(message, cancellationToken).WaitAsync(cancellationToken);
            return MailOutcome.Delivered;
        }
        catch (SmtpException failure)
        {
            var reason = Reason(failure);
            return IsFinal(failure) ? MailOutcome.Refused(reason) : MailOutcome.Later(reason);
        }
        catch (FormatException)
        {
            return MailOutcome.Refused("the address cannot be written in SMTP");
        }
        finally
        {
            // It says goodbye and waits for the answer, on a server that may hang.
            _ = Task.Run(client.Dispose, CancellationToken.None);
        }
    }

    private static SmtpClient Client(SmtpOptions smtp) => new(smtp.Host, smtp.Port)
    {
        EnableSsl = smtp.Tls == SmtpTls.StartTls,
        UseDefaultCredentials = false,
        Credentials = smtp.User.Length == 0 ? null : new NetworkCredential(smtp.User, smtp.Password),
        DeliveryFormat = SmtpDeliveryFormat.International,
    };

    private MailMessage Message(Mail mail)
    {
        var message = new MailMessage(new MailAddress(options.Value.From), new MailAddress(mail.To))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text.ReplaceLineEndings("\r\n"),
            BodyEncoding = Encoding.UTF8,
        };
        message.Headers["Message-ID"] = MessageId.Of(mail, options.Value.From);
        message.Headers["Auto-Submitted"] = "auto-generated"; // RFC 3834: no vacation answers, please.
        return message;
    }

    private static bool IsFinal(SmtpException failure) => (int)failure.StatusCode is >= 500 and < 600;

    // The server's own words would name the receiver.
    private static string Reason(SmtpException failure) => (int)failure.StatusCode > 0
        ? string.Create(CultureInfo.InvariantCulture, $"the server answered {(int)failure.StatusCode}")
        : failure.InnerException?.Message ?? failure.Message;
}
