namespace ProductionReady.Worker.Operations.Readings;

/// <summary>Says how far the write-ahead log has come here.</summary>
public interface ILogWatch
{
    /// <summary>As it is now; null when this Worker does not receive.</summary>
    LogReading? Current { get; }
}
