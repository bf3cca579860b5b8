namespace ProductionReady.Worker.Leases;

/// <summary>The job cannot run on demand because another Worker is running it.</summary>
public sealed class JobBusyException(string job) : Exception($"Another Worker is running {job} at the moment; try again when it has finished.");
