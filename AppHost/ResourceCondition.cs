using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ProductionReady.AppHost;

/// <summary>How a resource is, for the console.</summary>
/// <param name="State">One of <see cref="KnownResourceStates"/>.</param>
/// <param name="Health">Its health, or null while unknown or when it has no health checks.</param>
/// <param name="ExitCode">How it ended, if it did.</param>
/// <param name="OneShot">It is meant to end.</param>
/// <param name="HasChecks">It has health checks.</param>
/// <param name="Trouble">What its health checks complain of.</param>
internal sealed record ResourceCondition(string State, HealthStatus? Health, int? ExitCode, bool OneShot, bool HasChecks, string Trouble)
{
    /// <summary>It runs and is healthy, or has done what it is for.</summary>
    public bool Good => OneShot
        ? State == KnownResourceStates.Finished && ExitCode is null or 0
        : State == KnownResourceStates.Running && (!HasChecks || Health == HealthStatus.Healthy);

    /// <summary>It will not get well by itself.</summary>
    public bool Failed => !Good
        && (KnownResourceStates.TerminalStates.Contains(State) || State == KnownResourceStates.RuntimeUnhealthy);

    /// <summary>Takes from a notification what matters here.</summary>
    public static ResourceCondition Of(CustomResourceSnapshot snapshot, bool oneShot)
    {
        var complaints = snapshot.HealthReports.Where(report => report.Status == HealthStatus.Unhealthy).Select(report => report.Description ?? report.ExceptionText);
        return new(snapshot.State?.Text ?? "Unknown", snapshot.HealthStatus, snapshot.ExitCode, oneShot, snapshot.HealthReports.Length > 0, string.Join("; ", complaints));
    }

    /// <summary>Such as <c>Running, Healthy</c> or <c>Finished, exit code 1</c>.</summary>
    public override string ToString() => (State, ExitCode, HasChecks) switch
    {
        (_, { } code, _) => $"{State}, exit code {code}",
        ("Running", _, true) => $"{State}, {Health?.ToString() ?? "not checked yet"}",
        _ => State,
    };
}
