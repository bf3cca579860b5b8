namespace ProductionReady.Api.Mail;

/// <summary>The header <c>Message-ID</c> (RFC 5322, section 3.6.4).</summary>
public static class MessageId
{
    /// <summary>The same for every try of a mail, so that a mailbox can tell a repeated delivery.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="from">The sender's address, whose domain makes it unique in the world.</param>
    public static string Of(Mail mail, string from) => $"<{mail.Id:n}@{from[(from.LastIndexOf('@') + 1)..]}>";
}
