using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace ProductionReady.Tests.StandIns;

/// <summary>What the stand-ins' runner gives a process, and how it tells that one has failed.</summary>
public sealed class RunnerProcessTests
{
    private readonly CancellationToken _bound = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)] // not INT, which is ignored in whatever a script started in the background
    public async Task Exit_code_is_the_process_s_own(string command, int exitCode)
    {
        await using var app = new ShellApplication();
        app.Add("ends", command);

        await app.StartAsync(_bound);

        (await app.WaitAsync("ends", KnownResourceStates.Finished, _bound)).Snapshot.ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public async Task Failure_is_logged_with_the_last_lines()
    {
        await using var app = new ShellApplication();
        app.Add("fails", "echo one; echo two >&2; exit 3");

        await app.StartAsync(_bound);
        var state = await app.WaitAsync("fails", KnownResourceStates.Finished, _bound);

        var lines = await LinesAsync(app, state.Resource);
        lines.ShouldContain(line => line.Contains("exit code 3", StringComparison.Ordinal));
        lines.ShouldContain("  | one");
        lines.ShouldContain("  | two");
    }

    [Fact]
    public async Task Missing_program_and_missing_parameter_fail_one_resource_and_no_other()
    {
        await using var app = new ShellApplication();
        app.Builder.AddExecutable("program", "no-such-program", ".");
        app.Add("needs", "true").WithEnvironment("NEEDED", app.Builder.AddParameter("missing"));
        app.Add("well", "true");

        await app.StartAsync(_bound);

        await app.WaitAsync("program", KnownResourceStates.FailedToStart, _bound);
        var needs = await app.WaitAsync("needs", KnownResourceStates.FailedToStart, _bound);
        await app.WaitAsync("missing", KnownResourceStates.ValueMissing, _bound);
        await app.WaitAsync("well", KnownResourceStates.Finished, _bound);
        (await LinesAsync(app, needs.Resource)).ShouldContain(line => line.Contains("Parameters:missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Process_gets_its_port_and_variables_and_others_its_address()
    {
        await using var app = new ShellApplication();
        var server = app.Add("server", "echo $PORT > port; exec sleep 60").WithEndpoint(scheme: "tcp", name: "tcp", env: "PORT");
        var client = app.Builder.AddExecutable("client", "env", ".")
            .WithEnvironment("SERVER", server.GetEndpoint("tcp"))
            .WithEnvironment("ConnectionStrings__with-dash", "a value; with $signs")
            .WaitFor(server);

        await app.StartAsync(_bound);

        await app.WaitAsync("client", KnownResourceStates.Finished, _bound);
        var port = await app.ReadAsync("port");
        var environment = await LinesAsync(app, client.Resource);
        environment.ShouldContain($"SERVER=tcp://localhost:{port[0]}");
        environment.ShouldContain("ConnectionStrings__with-dash=a value; with $signs");
    }

    [Fact]
    public async Task Restart_gives_another_process_on_the_same_port()
    {
        await using var app = new ShellApplication();
        app.Add("server", "echo $$ $PORT >> started; exec sleep 60").WithEndpoint(scheme: "tcp", name: "tcp", env: "PORT");
        await app.StartAsync(_bound);
        await app.ReadAsync("started");

        var result = await app.Running.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.RestartCommand, _bound);

        result.Success.ShouldBeTrue();
        await app.WaitAsync("server", KnownResourceStates.Running, _bound);
        var starts = (await app.ReadAsync("started", lines: 2)).Select(line => line.Split(' ')).ToArray();
        starts[1][0].ShouldNotBe(starts[0][0]);
        starts[1][1].ShouldBe(starts[0][1]);
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(ShellApplication app, IResource resource)
    {
        var lines = new List<string>();
        await foreach (var batch in app.Running.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource))
        {
            lines.AddRange(batch.Select(l => l.Content));
        }

        return lines;
    }
}
