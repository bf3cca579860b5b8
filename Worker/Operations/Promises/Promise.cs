using ProductionReady.Data.Operations;

namespace ProductionReady.Worker.Operations.Promises;

/// <summary>How it stands with a promise.</summary>
/// <param name="Name">Its name, in health states and in alerts.</param>
/// <param name="State">How it stands.</param>
/// <param name="Detail">Why, in one sentence with the figures.</param>
public sealed record Promise(string Name, OperationHealthState State, string Detail)
{
    internal static Promise Kept(string name, string detail) => new(name, OperationHealthState.Healthy, detail);

    internal static Promise Broken(string name, string detail) => new(name, OperationHealthState.Unhealthy, detail);
}
