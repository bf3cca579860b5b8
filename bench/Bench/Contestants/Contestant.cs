using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Contestants;

/// <summary>A running service that answers the contact routes.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Address">Its root.</param>
internal sealed record Contestant(string Name, Uri Address, BackgroundProcess Server) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
