using Microsoft.Extensions.Hosting;

namespace ProductionReady.ServiceDefaults.Stopping;

/// <summary>Whether this service was told to stop. From then on it is not ready, though it still answers.</summary>
public sealed class DrainState(IHostApplicationLifetime lifetime)
{
    private volatile bool _begun;

    /// <summary>True from the signal on.</summary>
    public bool IsDraining => _begun || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>A host that is stopped by its owner, not by a signal, calls the drain before it says that it is stopping.</summary>
    internal void Begin() => _begun = true;
}
