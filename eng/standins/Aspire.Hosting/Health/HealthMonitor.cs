namespace Aspire.Hosting.Health;
internal sealed class HealthMonitor;
