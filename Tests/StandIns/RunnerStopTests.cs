using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.StandIns;

/// <summary>How the stand-ins' runner ends processes, and that nothing is left of them.</summary>
public sealed class RunnerStopTests
{
    // Starts a process in a session of its own, which ends with nobody, and writes both numbers down.
    private const string Forks = "setsid sleep 600 & echo $! > child; echo $$ > parent; wait";

    private readonly CancellationToken _bound = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Fact]
    public async Task Processes_stop_before_those_they_need()
    {
        await using var app = new ShellApplication();
        var server = app.Add("server", Says("server")).WithEndpoint(scheme: "tcp", name: "tcp");
        var connection = app.Builder.AddConnectionString("connection", ReferenceExpression.Create($"{server.GetEndpoint("tcp")}"));
        var middle = app.Add("middle", Says("middle")).WithReference(connection);
        app.Add("client", Says("client")).WaitFor(middle);
        await app.StartAsync(_bound);
        await app.ReadAsync("started", lines: 3);

        await app.Running.StopAsync(_bound);

        (await app.ReadAsync("stopped", lines: 3)).ShouldBe(["client", "middle", "server"]);
    }

    [Fact]
    public async Task Stopping_ends_what_a_process_started_even_in_another_session()
    {
        await using var app = new ShellApplication();
        app.Add("forks", Forks);
        await app.StartAsync(_bound);
        var child = await app.ReadAsync("child");

        await app.Running.ResourceCommands.ExecuteCommandAsync("forks", KnownResourceCommands.StopCommand, _bound);

        Runs(child).ShouldBeFalse();
    }

    [Fact]
    public async Task Death_of_a_process_ends_what_it_started()
    {
        await using var app = new ShellApplication();
        app.Add("forks", Forks);
        await app.StartAsync(_bound);
        var child = await app.ReadAsync("child");
        using var parent = Process.GetProcessById(Number(await app.ReadAsync("parent")));

        parent.Kill();

        (await app.WaitAsync("forks", KnownResourceStates.Finished, _bound)).Snapshot.ExitCode.ShouldBe(137);
        Runs(child).ShouldBeFalse();
    }

    [Fact]
    public async Task Disposal_stops_everything_and_may_be_repeated()
    {
        await using var app = new ShellApplication();
        app.Add("forks", Forks);
        await app.StartAsync(_bound);
        var child = await app.ReadAsync("child");

        await app.Running.DisposeAsync();
        await app.Running.DisposeAsync();

        Runs(child).ShouldBeFalse();
    }

    [Fact]
    public async Task Death_of_the_AppHost_ends_everything()
    {
        // To the supervisor, the death of the AppHost is the end of its standard input.
        var folder = Directory.CreateTempSubdirectory("orphans-");
        var script = Path.Combine(AppContext.BaseDirectory, "supervise.sh");
        using var supervisor = Process.Start(new ProcessStartInfo("setsid", ["bash", script, "run", "orphans", "sh", "-c", Forks])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder.FullName,
        })!;
        var child = Path.Combine(folder.FullName, "child");
        await Eventually.BecomesTrueAsync("the child runs", TimeSpan.FromSeconds(20), () => Task.FromResult(File.Exists(child) && Runs(File.ReadAllLines(child))));

        supervisor.StandardInput.Close();

        await supervisor.WaitForExitAsync(_bound);
        await Eventually.BecomesTrueAsync("the child is gone", TimeSpan.FromSeconds(20), () => Task.FromResult(!Runs(File.ReadAllLines(child))));
        folder.Delete(recursive: true);
    }

    private static string Says(string name) => $"trap 'echo {name} >> stopped; exit 0' TERM; echo {name} >> started; while :; do sleep 0.05; done";

    private static int Number(IReadOnlyList<string> lines) => int.Parse(lines[0], CultureInfo.InvariantCulture);

    // A process that nobody has waited for yet still has a number, but does not run.
    private static bool Runs(IReadOnlyList<string> lines)
    {
        try
        {
            return lines.Count > 0 && !File.ReadAllText($"/proc/{Number(lines)}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
