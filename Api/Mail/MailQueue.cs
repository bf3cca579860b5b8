using System.Threading.Channels;

namespace ProductionReady.Api.Mail;

/// <summary>
/// Mails that wait for delivery, in this process's memory and bounded: when a mail server is away for long, the newest ones
/// are dropped, counted and logged, rather than answers delayed or the memory filled.
/// </summary>
public sealed partial class MailQueue(MailMetrics metrics, ILogger<MailQueue> logger) : IMailSender
{
    /// <summary>Most mails that wait.</summary>
    public const int Capacity = 1_000;

    private readonly Channel<Mail> _mails = Channel.CreateBounded<Mail>(Capacity);

    /// <summary>For the delivery.</summary>
    public ChannelReader<Mail> Waiting => _mails.Reader;

    /// <inheritdoc/>
    public void Send(Mail mail)
    {
        // Never waits: TryWrite fails when the queue is full, or closed by a stop.
        if (!_mails.Writer.TryWrite(mail))
        {
            metrics.Lost("queue_full");
            LogFull(mail.Id);
        }
    }

    /// <summary>Takes no more; what waits is still delivered.</summary>
    public void Close() => _mails.Writer.TryComplete();

    [LoggerMessage(LogLevel.Error, "{MailId} was dropped: too many mails wait for delivery")]
    private partial void LogFull(Guid mailId);
}
