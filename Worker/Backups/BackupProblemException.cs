namespace ProductionReady.Worker.Backups;

/// <summary>A backup cannot be made, found or tried; the message is one sentence for the operator.</summary>
public sealed class BackupProblemException(string message, Exception? cause = null) : Exception(message, cause);
