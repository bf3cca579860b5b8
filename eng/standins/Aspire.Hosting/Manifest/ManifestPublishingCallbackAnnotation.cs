using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes a resource's manifest object in another way than usual.</summary>
public class ManifestPublishingCallbackAnnotation : IResourceAnnotation
{
    /// <summary>Writes it so.</summary>
    public ManifestPublishingCallbackAnnotation(Action<ManifestPublishingContext> callback)
        : this(context =>
        {
            callback(context);
            return Task.CompletedTask;
        })
    {
    }

    /// <summary>Writes it so.</summary>
    public ManifestPublishingCallbackAnnotation(Func<ManifestPublishingContext, Task> callback) => Callback = callback;

    private ManifestPublishingCallbackAnnotation()
    {
    }

    /// <summary>Writes nothing.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new();

    /// <summary>Writes the content of the resource's object; null when there is to be none.</summary>
    public Func<ManifestPublishingContext, Task>? Callback { get; }
}
