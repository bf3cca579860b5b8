namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something about a resource has changed.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Which of its replicas; the resource's name when there is one.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What can be seen of it now.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>How <see cref="ResourceNotificationService" /> behaves.</summary>
public class ResourceNotificationServiceOptions
{
    /// <summary>What waiting does when what is waited for has failed and the waiting one did not say.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
