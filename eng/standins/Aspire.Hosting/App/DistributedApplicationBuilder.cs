using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.UserSecrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <inheritdoc />
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Publishing:OutputPath",
    };

    private readonly BuilderHooks? _hooks = BuilderHooks.Current;
    private readonly HostApplicationBuilder _host;

    /// <summary>A builder for a command line.</summary>
    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    /// <summary>A builder with options.</summary>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
        : this(options, new HostApplicationBuilderSettings())
    {
    }

    internal DistributedApplicationBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        _hooks?.Creating(options, settings);
        AppHostAssembly = AppHostLocation.Assembly(options.AssemblyName);
        AppHostDirectory = AppHostLocation.ProjectFolder(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        settings.ContentRootPath ??= AppHostDirectory;
        _host = new HostApplicationBuilder(settings);
        _host.Configuration.AddCommandLine(options.Args ?? [], Switches);
        ExecutionContext = Configuration["Publishing:Publisher"] is { Length: > 0 } publisher
            ? new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish, publisher)
            : new DistributedApplicationExecutionContext(OperationOf(Configuration));
        UserSecretsManager = new UserSecretsManager(AppHostAssembly);
        ApplicationServices.Add(this, options, isTested: _hooks is not null);
    }

    /// <inheritdoc />
    public ConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc />
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc />
    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <inheritdoc />
    public IUserSecretsManager UserSecretsManager { get; }

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.TryGetByName(resource.Name, out var existing))
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type '{existing.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        _hooks?.Building(this);
        var application = new DistributedApplication(_host.Build(), _hooks);
        ExecutionContext.ServiceProvider = application.Services;
        _hooks?.Built(application);
        return application;
    }

    private static DistributedApplicationOperation OperationOf(ConfigurationManager configuration) =>
        string.Equals(configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase)
            ? DistributedApplicationOperation.Publish
            : DistributedApplicationOperation.Run;
}
