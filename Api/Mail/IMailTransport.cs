namespace ProductionReady.Api.Mail;

/// <summary>Hands one mail over to whatever brings it further.</summary>
public interface IMailTransport
{
    /// <summary>Delivers, or says why not; does not throw for what the other side does.</summary>
    Task<MailOutcome> DeliverAsync(Mail mail, CancellationToken cancellationToken);
}

/// <summary>What became of one try.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Reason">For the log, without the receiver's address; empty when it was delivered.</param>
public readonly record struct MailOutcome(MailOutcomeKind Kind, string Reason)
{
    /// <summary>The other side took the mail.</summary>
    public static MailOutcome Delivered { get; } = new(MailOutcomeKind.Delivered, "");

    /// <summary>It may work later (RFC 5321, section 4.2.1: 4yz), or nobody answered.</summary>
    public static MailOutcome Later(string reason) => new(MailOutcomeKind.Later, reason);

    /// <summary>It will never work (5yz).</summary>
    public static MailOutcome Refused(string reason) => new(MailOutcomeKind.Refused, reason);
}

/// <summary>What became of one try.</summary>
public enum MailOutcomeKind
{
    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>To be tried again.</summary>
    Later,

    /// <summary>Not to be tried again.</summary>
    Refused,
}
