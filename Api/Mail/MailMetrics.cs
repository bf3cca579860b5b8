using System.Diagnostics.Metrics;

namespace ProductionReady.Api.Mail;

/// <summary>What outgoing mail is measured by, on the meter <c>ProductionReady.Api.Mail</c>.</summary>
public sealed class MailMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ProductionReady.Api.Mail";

    private readonly Counter<long> _sent;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _lost;

    /// <summary>Makes the instruments.</summary>
    public MailMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sent = meter.CreateCounter<long>("productionready.mail.sent", "{mail}", "Mails that the mail server took");
        _retried = meter.CreateCounter<long>("productionready.mail.retried", "{mail}", "Tries that failed and are repeated");
        _lost = meter.CreateCounter<long>("productionready.mail.lost", "{mail}", "Mails that will not arrive, by reason: refused, gave_up, queue_full, stopped");
    }

    /// <summary>Counts a mail that was taken.</summary>
    public void Sent() => _sent.Add(1);

    /// <summary>Counts a try that will be repeated.</summary>
    public void Retried() => _retried.Add(1);

    /// <summary>Counts mails that are lost.</summary>
    /// <param name="reason"><c>refused</c>, <c>gave_up</c>, <c>queue_full</c> or <c>stopped</c>.</param>
    /// <param name="mails">How many.</param>
    public void Lost(string reason, int mails = 1) => _lost.Add(mails, new KeyValuePair<string, object?>("reason", reason));
}
