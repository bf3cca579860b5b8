namespace ProductionReady.Worker.Audit;

/// <summary>Trails were found broken; each was named in the log.</summary>
public sealed class AuditBrokenException(int trails) : Exception($"{trails} audit trails are broken; the log names each with its first bad entry.");
