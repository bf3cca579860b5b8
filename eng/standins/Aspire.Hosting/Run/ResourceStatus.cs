using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Says in a few words how a resource is.</summary>
internal static class ResourceStatus
{
    public static string Of(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text ?? "Unknown";
        if (state == KnownResourceStates.Running)
        {
            var health = snapshot.HealthReports.IsEmpty ? null : snapshot.Ready is null ? "not healthy yet" : snapshot.HealthStatus?.ToString();
            var urls = string.Join(' ', snapshot.Urls.Where(u => !u.IsInternal).Select(u => u.Url));
            return string.Join(", ", new[] { state, health, urls }.Where(s => !string.IsNullOrEmpty(s)));
        }

        return snapshot.ExitCode is { } code && state == KnownResourceStates.Finished ? $"{state}, exit code {code}" : state;
    }

    /// <summary>Whether a state is not worth a line: what the resource waits for has one already.</summary>
    public static bool IsPassing(CustomResourceSnapshot snapshot) =>
        snapshot.State is null || snapshot.State.Text == KnownResourceStates.Starting || snapshot.State.Text == KnownResourceStates.Waiting;
}
