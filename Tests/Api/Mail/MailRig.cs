using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Mail;

namespace ProductionReady.Tests.Api.Mail;

/// <summary>Queue, delivery and transport as the Api has them, with what they counted.</summary>
internal sealed class MailRig : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly MailDelivery _delivery;

    public MailRig(MailOptions options, IMailTransport? transport = null)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name == MailMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counts.AddOrUpdate(instrument.Name["productionready.mail.".Length..] + string.Concat(tags.ToArray().Select(tag => $" {tag.Value}")), value, (_, old) => old + value));
        _listener.Start();
        var metrics = new MailMetrics(meters);
        Queue = new MailQueue(metrics, NullLogger<MailQueue>.Instance);
        _delivery = new MailDelivery(
            Queue, transport ?? new SmtpTransport(Options.Create(options)), metrics, Options.Create(options), TimeProvider.System, NullLogger<MailDelivery>.Instance);
    }

    public MailQueue Queue { get; }

    public static MailOptions To(int port) => new()
    {
        From = "no-reply@app.example",
        PublicUrl = "https://app.example",
        FirstPause = TimeSpan.FromMilliseconds(10),
        Timeout = TimeSpan.FromSeconds(5),
        Attempts = 3,
        Smtp = new() { Host = "127.0.0.1", Port = port, Tls = SmtpTls.None },
    };

    public Task StartAsync() => _delivery.StartAsync(CancellationToken.None);

    public Task StopAsync(CancellationToken cancellationToken = default) => _delivery.StopAsync(cancellationToken);

    public long Count(string name) => _counts.GetValueOrDefault(name);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _delivery.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
