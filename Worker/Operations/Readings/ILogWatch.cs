namespace ProductionReady.Worker.Operations.Readings;

/// <summary>Says how far the write-ahead log has come here.</summary>
public interface ILogWatch
{
    /// <summary>As it is now; null when this Worker does not receive.</summary>
    LogReading? Current { get; }
}

/// <summary>Of a Worker that receives no log.</summary>
internal sealed class NoLogWatch : ILogWatch
{
    /// <inheritdoc/>
    public LogReading? Current => null;
}
