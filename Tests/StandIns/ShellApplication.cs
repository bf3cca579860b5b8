using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.StandIns;

/// <summary>An application of shell commands, in a folder of its own.</summary>
internal sealed class ShellApplication : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shell-");
    private DistributedApplication? _application;

    public IDistributedApplicationBuilder Builder { get; } =
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true, EnableResourceLogging = true });

    public ResourceNotificationService States => Running.ResourceNotifications;

    public DistributedApplication Running => _application ?? throw new InvalidOperationException("The application does not run.");

    /// <summary>Adds a command that runs in the folder.</summary>
    public IResourceBuilder<ExecutableResource> Add(string name, string command) =>
        Builder.AddExecutable(name, "sh", _folder.FullName, "-c", command);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _application = Builder.Build();
        await _application.StartAsync(cancellationToken);
    }

    /// <summary>Waits until a resource is in a state.</summary>
    public Task<ResourceEvent> WaitAsync(string name, string state, CancellationToken cancellationToken) =>
        States.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == state, cancellationToken);

    /// <summary>Waits until a file of the folder has some lines, and returns them.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string file, int lines = 1)
    {
        var path = Path.Combine(_folder.FullName, file);
        var read = Array.Empty<string>();
        await Eventually.BecomesTrueAsync($"{file} has {lines} lines", TimeSpan.FromSeconds(30), async () =>
        {
            read = File.Exists(path) ? await File.ReadAllLinesAsync(path) : [];
            return read.Length >= lines;
        });
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
