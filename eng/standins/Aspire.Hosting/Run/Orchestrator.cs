using Microsoft.Extensions.Hosting;
namespace Aspire.Hosting.Run;
internal sealed class Orchestrator : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
