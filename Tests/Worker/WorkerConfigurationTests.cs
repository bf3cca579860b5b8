using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

public sealed class WorkerConfigurationTests
{
    [Fact]
    public async Task Worker_does_not_start_and_names_every_bad_key()
    {
        var run = await ServiceRun.OfAsync("Worker", new Dictionary<string, string>
        {
            ["Backups__Retention__Daily"] = "0",
            ["Backups__Dump__Schedule"] = "on Sundays",
            ["Backups__Schedule"] = "0 0 0 1 1 ? 2020",
            ["Maintenance__TokenCleanup__Schedule"] = "every now and then",
            ["Leases__Duration"] = "00:00:00",
            ["Audit__VerificationSchedule"] = "sometimes",
            ["Audit__MonthsAhead"] = "0",
        });
        run.ExitCode.ShouldBe(78, run.Output);
        foreach (var key in (string[])["ConnectionStrings:appdb-worker", "ConnectionStrings:appdb-backup", "Backups:Folder", "Backups:Retention:Daily", "Backups:Dump:Schedule", "Backups:Schedule", "Maintenance:TokenCleanup:Schedule", "Leases:Duration", "Audit:VerificationSchedule", "Audit:MonthsAhead"])
        {
            run.Output.ShouldContain(key);
        }
    }
}
