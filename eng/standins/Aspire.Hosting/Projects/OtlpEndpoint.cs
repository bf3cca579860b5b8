using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Projects;

/// <summary>
/// Finds where telemetry goes: to a collector that was named, or to a dashboard that answers. The launch profile names the
/// dashboard's address even where there is no dashboard, and an exporter that sends into nowhere slows a process's end.
/// </summary>
internal static class OtlpEndpoint
{
    public static async Task<string?> FindAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } collector)
        {
            return collector;
        }

        var dashboard = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"];
        return Uri.TryCreate(dashboard, UriKind.Absolute, out var uri) && await AnswersAsync(uri, cancellationToken) ? dashboard : null;
    }

    private static async Task<bool> AnswersAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(uri.Host, uri.Port, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
