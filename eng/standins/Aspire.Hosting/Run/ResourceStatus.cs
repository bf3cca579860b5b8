using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Run;

/// <summary>Says in a few words how a resource is.</summary>
internal static class ResourceStatus
{
    private const string Unready = "not healthy yet";

    public static string Of(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text ?? "Unknown";
        if (state == KnownResourceStates.Running)
        {
            var health = snapshot.HealthReports.IsEmpty ? null : snapshot.Ready is null ? Unready : snapshot.HealthStatus?.ToString();
            var urls = string.Join(' ', snapshot.Urls.Where(u => !u.IsInternal).Select(u => u.Url));
            return string.Join(", ", new[] { state, health, urls }.Where(s => !string.IsNullOrEmpty(s)));
        }

        return snapshot.ExitCode is { } code && state == KnownResourceStates.Finished ? $"{state}, exit code {code}" : state;
    }

    /// <summary>Whether a resource of this status is about to have another one.</summary>
    public static bool IsOnItsWay(string status) =>
        status == KnownResourceStates.Starting || status == KnownResourceStates.Waiting || status.Contains(Unready, StringComparison.Ordinal);
}
