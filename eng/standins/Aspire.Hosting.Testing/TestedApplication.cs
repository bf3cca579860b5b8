namespace Aspire.Hosting.Testing;

/// <summary>The AppHost's application, in the hands of a test. The AppHost itself starts it; a test waits for that.</summary>
internal sealed class TestedApplication(EntryPointRun run, DistributedApplication application) : DistributedApplication(application)
{
    public override Task StartAsync(CancellationToken cancellationToken = default) => run.StartAsync(cancellationToken);

    public override Task StopAsync(CancellationToken cancellationToken = default) => run.DisposeAsync().AsTask().WaitAsync(cancellationToken);

    public override async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await run.StartAsync(cancellationToken);
        await run.Ended.WaitAsync(cancellationToken);
    }

    public override void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override ValueTask DisposeAsync() => run.DisposeAsync();
}
