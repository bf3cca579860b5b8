namespace ProductionReady.Bench;

/// <summary>Something a person must mend before anything can be measured; the message says what.</summary>
internal sealed class BenchException(string message) : Exception(message);
