using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Worker.Operations;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>Every command of the Worker that the page of backups and the runbooks show is run as written.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class DocumentedCommandsTests(App app)
{
    [Fact]
    public async Task Every_command_that_is_shown_is_run_as_written_and_succeeds()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        cluster.Configuration["Backups__OffSite__Kind"] = "folder";
        cluster.Configuration["Backups__OffSite__Folder"] = Path.Combine(cluster.Folder, "off-site");
        cluster.Configuration["ConnectionStrings__appdb"] = cluster.Server.AdminConnectionString;
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.HasBaseBackupAsync();
        await cluster.Server.ExecuteAsync(SeededTenants.With(tenants: 1, expiredTokens: 1).Replace("'seeded-' || i", "'acme'", StringComparison.Ordinal));
        var moment = await cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()");
        await cluster.Server.ExecuteAsync("CREATE TABLE later (n int)");
        await cluster.Log.StoresSegmentAsync();
        foreach (var before in (string[])["configuration", "dump"])
        {
            (await cluster.RunAsync("backup", before)).ExitCode.ShouldBe(0);
        }

        var commands = Shown();
        commands.Count.ShouldBeGreaterThan(20);
        foreach (var command in commands)
        {
            var folder = Path.Combine(Path.GetDirectoryName(cluster.Server.DataFolder)!, "restored");
            var arguments = command.Split(' ').Select(word => word switch
            {
                "ID" => Path.GetFileName(Directory.GetDirectories(Path.Combine(cluster.StoreFolder, "base")).Max()!),
                "TIME" => moment.ToString("O"),
                "NAME" => "beside",
                "DIR" or ['/', ..] => folder,
                _ => Time().IsMatch(word) ? moment.ToString("O") : word,
            });
            var run = await cluster.RunAsync([.. arguments]);
            run.ExitCode.ShouldBe(0, $"worker {command}\n{run.Output}");
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        (await worker.StopAsync()).ExitCode.ShouldBe(0);
    }

    /// <summary>The mirror first: what is said of the copy afterwards wants it whole.</summary>
    private static List<string> Shown()
    {
        var docs = Path.Combine(AlertRule.Root, "docs");
        string[] pages = [Path.Combine(docs, "backup-and-recovery.md"), .. Directory.GetFiles(Path.Combine(docs, "runbooks"), "*.md")];
        return [.. pages.SelectMany(page => Command().Matches(File.ReadAllText(page))).Select(match => Regex.Replace(match.Groups[1].Value, @"\s+", " "))
            .Where(command => !command.Contains("--request", StringComparison.Ordinal)).Distinct().OrderBy(command => command != "backup mirror").ThenBy(command => command, StringComparer.Ordinal)];
    }

    [GeneratedRegex("`(?:worker )?((?:audit|backup|drill|restore|restore-tenant|tenants) [^`]+)`")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:]+Z$")]
    private static partial Regex Time();
}
