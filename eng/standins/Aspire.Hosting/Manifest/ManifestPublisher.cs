using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the manifest and ends the application: <c>--publisher manifest --output-path FILE</c>.</summary>
internal sealed partial class ManifestPublisher(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext execution,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    ILogger<ManifestPublisher> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (execution.PublisherName != "manifest")
        {
            throw new DistributedApplicationException($"There is no publisher '{execution.PublisherName}' here; there is 'manifest'.");
        }

        var path = configuration["Publishing:OutputPath"] ?? throw new DistributedApplicationException(
            "The '--output-path [path]' option was not specified even though '--publisher manifest' argument was used.");
        var file = Path.GetFullPath(path.EndsWith(".json", StringComparison.Ordinal) ? path : Path.Combine(path, "aspire-manifest.json"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using (var stream = File.Create(file))
        await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            await new ManifestPublishingContext(execution, file, writer, cancellationToken).WriteModelAsync(model);
        }

        LogPublished(file);
        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Published manifest to: {ManifestPath}")]
    private partial void LogPublished(string manifestPath);
}
