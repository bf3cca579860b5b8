namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names a health check of a resource.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name under which it is registered in the AppHost's services.</summary>
    public string Key { get; } = key;
}
