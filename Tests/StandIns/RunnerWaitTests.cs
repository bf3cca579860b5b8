using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ProductionReady.Tests.StandIns;

/// <summary>When the stand-ins' runner starts what.</summary>
public sealed class RunnerWaitTests
{
    private readonly CancellationToken _bound = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Fact]
    public async Task Resource_starts_when_what_it_waits_for_has_ended_with_the_expected_code()
    {
        await using var app = new ShellApplication();
        var first = app.Add("first", "echo done > first; exit 3");
        app.Add("second", "test -f first").WaitForCompletion(first, exitCode: 3);

        await app.StartAsync(_bound);

        (await app.WaitAsync("second", KnownResourceStates.Finished, _bound)).Snapshot.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Resource_fails_to_start_when_what_it_waits_for_ends_with_another_code()
    {
        await using var app = new ShellApplication();
        var first = app.Add("first", "exit 3");
        var second = app.Add("second", "true").WaitForCompletion(first);
        app.Add("third", "true").WaitFor(second);

        await app.StartAsync(_bound);

        (await app.WaitAsync("first", KnownResourceStates.Finished, _bound)).Snapshot.ExitCode.ShouldBe(3);
        await app.WaitAsync("second", KnownResourceStates.FailedToStart, _bound);
        await app.WaitAsync("third", KnownResourceStates.FailedToStart, _bound);
    }

    [Fact]
    public async Task Resource_starts_when_what_it_waits_for_is_healthy()
    {
        var check = new SlowlyHealthy();
        await using var app = new ShellApplication();
        app.Builder.Services.AddHealthChecks().AddCheck("slowly", check);
        var server = app.Add("server", "exec sleep 60").WithHealthCheck("slowly");
        app.Add("client", "true").WaitFor(server);

        await app.StartAsync(_bound);

        await app.WaitAsync("client", KnownResourceStates.Finished, _bound);
        check.Asked.ShouldBe(2);
        app.States.TryGetCurrentState("server", out var state).ShouldBeTrue();
        state!.Snapshot.HealthStatus.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Resource_without_health_checks_is_ready_as_soon_as_it_runs()
    {
        await using var app = new ShellApplication();
        app.Add("server", "exec sleep 60");

        await app.StartAsync(_bound);

        (await app.States.WaitForResourceHealthyAsync("server", _bound)).Snapshot.State!.Text.ShouldBe(KnownResourceStates.Running);
    }

    [Fact]
    public async Task Waiting_for_health_fails_when_the_resource_does()
    {
        await using var app = new ShellApplication();
        app.Builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        app.Add("server", "exit 9").WithHealthCheck("never");

        await app.StartAsync(_bound);

        var failure = await Should.ThrowAsync<DistributedApplicationException>(app.States.WaitForResourceHealthyAsync("server", _bound));
        failure.Message.ShouldContain("exit code 9");
    }

    private sealed class SlowlyHealthy : IHealthCheck
    {
        public int Asked { get; private set; }

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(++Asked > 1 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
