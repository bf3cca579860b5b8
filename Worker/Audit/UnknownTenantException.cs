namespace ProductionReady.Worker.Audit;

/// <summary>A command names a tenant that does not exist.</summary>
public sealed class UnknownTenantException(string slug) : Exception($"There is no tenant '{slug}'.");
