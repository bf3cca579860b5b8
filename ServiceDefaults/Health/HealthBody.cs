namespace ProductionReady.ServiceDefaults.Health;

/// <summary>What a health endpoint answers.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (works, but not at its best; still 200) or <c>unhealthy</c> (503).</param>
/// <param name="Checks">Name of each check to its status; no messages, which might hold addresses or secrets.</param>
public sealed record HealthBody(string Status, IReadOnlyDictionary<string, string> Checks);
