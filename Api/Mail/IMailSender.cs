namespace ProductionReady.Api.Mail;

/// <summary>Sends mail in the background, so that the time of an answer says nothing about whether any was sent.</summary>
public interface IMailSender
{
    /// <summary>
    /// Queues a mail and returns at once. Delivery is tried several times while the process lives; a mail may be lost, so
    /// whatever it tells can be asked for again.
    /// </summary>
    void Send(Mail mail);
}
