namespace ProductionReady.ServiceDefaults.Stopping;

/// <summary>How a service stops; section <c>Stopping</c>.</summary>
public sealed class StoppingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Stopping";

    /// <summary>
    /// How long at least to go on serving while <c>/health/ready</c> already answers 503, so that load balancers take notice
    /// before connections are refused. 5 s by default, none in development. From 0 to 5 minutes.
    /// </summary>
    public TimeSpan AnnounceFor { get; set; }

    /// <summary>How long requests in flight have to finish: 30 s by default. From 1 s to 1 hour.</summary>
    public TimeSpan FinishWithin { get; set; } = TimeSpan.FromSeconds(30);
}
