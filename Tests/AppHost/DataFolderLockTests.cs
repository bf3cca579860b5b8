using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.AppHost;

public sealed class DataFolderLockTests(App app)
{
    [Fact]
    public async Task A_second_AppHost_does_not_start_when_another_one_has_the_data_folder()
    {
        var run = await ServiceRun.OfAsync(
            "AppHost", new Dictionary<string, string>(), "--Servers:Kind=embedded", $"--Servers:DataPath={app.DataPath}");

        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain($"{app.DataPath} is in use by another running AppHost.");
    }
}
