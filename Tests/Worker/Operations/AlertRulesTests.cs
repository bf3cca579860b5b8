using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Data.Operations;
using ProductionReady.Tests.Api.Identity;
using ProductionReady.Worker.Operations;
using ProductionReady.Worker.Operations.Promises;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Tests.Worker.Operations;

/// <summary>Readings go through the real metrics and the real judgement; the rules are those that operators load.</summary>
public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly OperationsReading Well = new(Now)
    {
        Backup = new BackupReading("b", Now.AddHours(-25.9), TimeSpan.FromMinutes(1), 149, 100),
        Drill = new DrillReading("d", Now.AddHours(-25.9), "passed", "", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1)),
        Log = new LogReading(null, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(59), 10, 1000, 0),
        Slots = [new SlotReading("productionready", true, false, null, 5), new SlotReading("productionready_store", true, false, 5L << 30, 9)],
        OffSite = new OffSiteReading(TimeSpan.FromMinutes(14), 0),
        Disks = [new DiskReading("spool", 11, 100), new DiskReading("store", 50, 100)],
    };

    /// <summary>Alert, the name of the promise that it is about, and a reading that breaks it.</summary>
    private static readonly Dictionary<string, (string Promise, OperationsReading Broken)> Cases = new()
    {
        ["BackupLate"] = ("backup-age", Well with { Backup = Well.Backup! with { FinishedAt = Now.AddHours(-26.1) } }),
        ["BackupMissing"] = ("backup-age", Well with { Backup = null }),
        ["BackupSizeMoved"] = ("backup-size", Well with { Backup = Well.Backup! with { Size = 49 } }),
        ["DrillFailed"] = ("drill", Well with { Drill = Well.Drill! with { Outcome = "failed", Detail = "Rows differ." } }),
        ["DrillLate"] = ("drill", Well with { Drill = Well.Drill! with { FinishedAt = Now.AddHours(-27) } }),
        ["LogLag"] = ("log-lag", Well with { Log = Well.Log! with { StoreLag = TimeSpan.FromSeconds(61) } }),
        ["LogFailing"] = ("log-lag", Well with { Log = Well.Log! with { Problem = "The spool has no room.", SpoolLag = null, StoreLag = null } }),
        ["LogGap"] = ("log-gap", Well with { Log = Well.Log! with { Gaps = 1 } }),
        ["LogSlotLost"] = ("log-slot", Well with { Slots = [Well.Slots![0], Well.Slots[1] with { IsLost = true, Room = null }] }),
        ["LogSlotRoom"] = ("log-slot", Well with { Slots = [Well.Slots![0], Well.Slots[1] with { Room = 3L << 30 }] }),
        ["OffSiteBehind"] = ("off-site", Well with { OffSite = new OffSiteReading(TimeSpan.FromMinutes(16), 3) }),
        ["DiskFull"] = ("disk-spool", Well with { Disks = [new DiskReading("spool", 9, 100), Well.Disks[1]] }),
        ["StoreUnreachable"] = ("store", Well with { StoreProblem = "It does not answer." }),
    };

    public static TheoryData<string> Alerts => [.. Cases.Keys];

    [Fact]
    public void Every_rule_is_tried_and_has_a_runbook_and_a_metric_that_the_Worker_measures()
    {
        var rules = AlertRule.All();
        rules.Select(rule => rule.Name).ShouldBe(Cases.Keys, ignoreOrder: true);
        var measured = Measure(Well);
        foreach (var rule in rules)
        {
            measured.ShouldContainKey(rule.Metric, rule.Name);
            rule.Severity.ShouldBeOneOf("critical", "warning");
            File.Exists(Path.Combine(AlertRule.Root, rule.Runbook)).ShouldBeTrue($"{rule.Name}: {rule.Runbook}");
        }
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Rule_fires_when_its_promise_is_broken_and_is_silent_while_it_is_kept(string alert)
    {
        var rule = AlertRule.All().Single(rule => rule.Name == alert);
        var (promise, broken) = Cases[alert];
        rule.Fires(Measure(Well)[rule.Metric]).ShouldBeFalse();
        rule.Fires(Measure(broken).GetValueOrDefault(rule.Metric, [])).ShouldBeTrue();
        Judgement.Of(Well).Single(one => one.Name == promise).State.ShouldBe(OperationHealthState.Healthy);
        var state = Judgement.Of(broken).Single(one => one.Name == promise);
        state.State.ShouldBeOneOf(OperationHealthState.Degraded, OperationHealthState.Unhealthy);
        state.Detail.Length.ShouldBeGreaterThan(10);
        AlertRule.All().Where(other => other.Fires(Measure(broken).GetValueOrDefault(other.Metric, []))).Select(other => other.Name).ShouldBe([alert], "no other fires with it");
    }

    [Fact]
    public void Nothing_fires_but_what_is_missing_before_anything_was_read()
    {
        var nothing = Measure(null);
        AlertRule.All().Where(rule => rule.Fires(nothing.GetValueOrDefault(rule.Metric, []))).Select(rule => rule.Name).ShouldBe(["BackupMissing"]);
    }

    [Theory]
    [InlineData("server-lost")]
    [InlineData("table-dropped")]
    [InlineData("tenant-mistake")]
    [InlineData("store-lost")]
    [InlineData("key-lost")]
    [InlineData("backup-late")]
    [InlineData("drill-failed")]
    [InlineData("disk-full")]
    public void Runbook_says_what_is_seen_what_is_at_stake_what_to_do_and_when_it_is_done_and_links_to_others_that_are_there(string name)
    {
        var folder = Path.Combine(AlertRule.Root, "docs", "runbooks");
        var text = File.ReadAllText(Path.Combine(folder, $"{name}.md"));
        foreach (var part in (string[])["# ", "**You see:**", "**At stake:**", "1. ", "**Done when:**"])
        {
            text.ShouldContain(part);
        }

        foreach (Match link in Regex.Matches(text, @"\]\(([^)]+)\)"))
        {
            File.Exists(Path.Combine(folder, link.Groups[1].Value)).ShouldBeTrue($"{name} links to {link.Groups[1].Value}");
        }
    }

    /// <summary>The values of all metrics, by the names that Prometheus gives them.</summary>
    private static Dictionary<string, List<double>> Measure(OperationsReading? reading)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new OperationMetrics(services.GetRequiredService<IMeterFactory>(), new SetTime(Now));
        if (reading is not null)
        {
            metrics.Take(reading);
        }

        var values = new Dictionary<string, List<double>>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, mine) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>()))
            {
                mine.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            var name = PrometheusName(instrument);
            values.TryAdd(name, []);
            values[name].Add(value);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }

    /// <summary>As the OpenTelemetry specification translates names and units for Prometheus.</summary>
    private static string PrometheusName(Instrument instrument) => instrument.Name.Replace('.', '_') + instrument.Unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        "1" => "_ratio",
        ['{', ..] => "",
        var unit => throw new InvalidOperationException($"{instrument.Name} has the unit {unit}, of which this test knows no translation."),
    };
}
