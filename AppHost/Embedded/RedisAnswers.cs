using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ProductionReady.AppHost.Embedded;

/// <summary>
/// Healthy when Redis answers PING to the right password. Two commands of its protocol (RESP) by hand: the two feeds have
/// versions of StackExchange.Redis too far apart to name one here.
/// </summary>
internal sealed class RedisAnswers(int port, ParameterResource password) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", port, patience.Token);
            await using var stream = client.GetStream();
            using var replies = new StreamReader(stream, Encoding.UTF8);
            await stream.WriteAsync(Commands(await password.GetValueAsync(patience.Token) ?? ""), patience.Token);
            var authenticated = await replies.ReadLineAsync(patience.Token);
            var answer = authenticated == "+OK" ? await replies.ReadLineAsync(patience.Token) : authenticated;
            return answer == "+PONG" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"Redis said: {answer}");
        }
        catch (Exception unanswered) when (unanswered is SocketException or IOException)
        {
            return HealthCheckResult.Unhealthy(unanswered.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"Redis did not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    private static byte[] Commands(string secret) =>
        Encoding.UTF8.GetBytes($"*2\r\n$4\r\nAUTH\r\n${Encoding.UTF8.GetByteCount(secret)}\r\n{secret}\r\n*1\r\n$4\r\nPING\r\n");
}
