using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Lets a test take part when the AppHost's own entry point builds the application.</summary>
internal sealed class BuilderHooks
{
    private static readonly AsyncLocal<BuilderHooks?> Ambient = new();

    /// <summary>The hooks of whoever runs the entry point, if anybody.</summary>
    public static BuilderHooks? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Before the builder is made.</summary>
    public required Action<DistributedApplicationOptions, HostApplicationBuilderSettings> Creating { get; init; }

    /// <summary>After the AppHost has described the application, before it is built.</summary>
    public required Action<DistributedApplicationBuilder> Building { get; init; }

    /// <summary>After the application is built.</summary>
    public required Action<DistributedApplication> Built { get; init; }

    /// <summary>After the application has started.</summary>
    public required Action Started { get; init; }
}
