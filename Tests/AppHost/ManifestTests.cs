using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.AppHost;

public sealed class ManifestTests
{
    private const string Manifest = "aspire-manifest.json";

    [Fact]
    public async Task The_committed_manifest_is_what_the_AppHost_publishes()
    {
        // Beside the committed one: the paths in a manifest are relative to it.
        var fresh = Path.Combine(Root(), $".{Guid.NewGuid():n}-{Manifest}");
        try
        {
            var run = await ServiceRun.OfAsync("AppHost", new Dictionary<string, string>(), "--publisher", "manifest", "--output-path", fresh);
            run.ExitCode.ShouldBe(0, run.Output);

            var committed = await File.ReadAllTextAsync(Path.Combine(Root(), Manifest));
            (await File.ReadAllTextAsync(fresh)).ShouldBe(committed, $"{Manifest} is stale: run make manifest and commit it.");
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, Manifest)))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No folder above the tests holds {Manifest}.");
        }

        return folder.FullName;
    }
}
