using System.Net.Mail;

namespace ProductionReady.Api.Mail;

/// <summary>A message to one person, in plain text.</summary>
public sealed record Mail
{
    /// <summary>A message.</summary>
    /// <param name="to">One address, without a name.</param>
    /// <param name="subject">One line.</param>
    /// <param name="text">Plain text, lines ended by line feeds.</param>
    /// <exception cref="ArgumentException">The address is none, or one of both would start another header (RFC 5322, section 2.2).</exception>
    public Mail(string to, string subject, string text)
    {
        // The parser takes comments and names too, which would send the mail to somebody else than the text says.
        if (!MailAddress.TryCreate(to, out var address) || address.Address != to || to.Any(char.IsControl))
        {
            throw new ArgumentException("Must be one plain e-mail address.", nameof(to));
        }

        if (subject.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
        {
            throw new ArgumentException("Must be one line without control characters.", nameof(subject));
        }

        (To, Subject, Text) = (to, subject, text);
    }

    /// <summary>UUIDv7; with the sender's domain it is the <c>Message-ID</c>, the same however often delivery is tried.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    /// <summary>The receiver's address.</summary>
    public string To { get; }

    /// <summary>The subject.</summary>
    public string Subject { get; }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Says nothing of the receiver and the text, which may hold a token, for records print their members.</summary>
    public override string ToString() => $"Mail {Id}";
}
