using System.CommandLine;
using ProductionReady.Bench.Parts;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench;

/// <summary>The command line: every part, or one of them.</summary>
internal static class BenchCommand
{
    private static readonly BenchSettings Defaults = new();
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => Defaults.Rounds, Description = "turns of each contestant" };
    private static readonly Option<int> Seconds = new("--seconds") { DefaultValueFactory = _ => (int)Defaults.Turn.TotalSeconds, Description = "length of a turn" };
    private static readonly Option<int> Connections = new("--connections") { DefaultValueFactory = _ => Defaults.Connections, Description = "busy connections of the load generator" };
    private static readonly Option<int> Large = new("--large") { DefaultValueFactory = _ => Defaults.LargeTenant, Description = "contacts of the large tenant of the lists" };
    private static readonly Option<int> Rows = new("--rows") { DefaultValueFactory = _ => Defaults.ImportRows, Description = "rows of the imported file" };
    private static readonly Option<int> ImportRounds = new("--import-rounds") { DefaultValueFactory = _ => Defaults.ImportRounds, Description = "how often the file is imported" };
    private static readonly Option<int> Starts = new("--starts") { DefaultValueFactory = _ => Defaults.Starts, Description = "how often the app is started" };

    private static readonly Option<int> Units = new("--units") { DefaultValueFactory = _ => Defaults.DatabaseUnits, Description = "size of the largest database that is backed up, in units of about 20 MB" };
    private static readonly Option<int> BackupRounds = new("--backup-rounds") { DefaultValueFactory = _ => Defaults.BackupRounds, Description = "backups and restores by each tool of each database" };

    private delegate Task Part(Workplace place, BenchSettings settings, ResultFiles results, CancellationToken cancellation);

    internal static RootCommand Create()
    {
        (string Name, string Description, Part Run)[] parts =
        [
            ("contacts", "read and create against bare services", (place, settings, results, cancellation) => new ContactsPart(place, settings, results).RunAsync(cancellation)),
            ("lists", "first and late pages of small and large lists", (place, settings, results, cancellation) => new ListsPart(place, settings, results).RunAsync(cancellation)),
            ("import", "a large CSV against COPY", (place, settings, results, cancellation) => new ImportPart(place, settings, results).RunAsync(cancellation)),
            ("tokens", "checks of access tokens, sign-in, refresh, reads with and without Redis, reach of revocations", (place, settings, results, cancellation) => new TokensPart(place, settings, results).RunAsync(cancellation)),
            ("logins", "whether the time of a refused sign-in tells who has an account", (place, settings, results, cancellation) => new LoginsPart(place, settings, results).RunAsync(cancellation)),
            ("startup", "time until ready, and idle memory", (place, settings, results, cancellation) => new StartupPart(place, settings, results).RunAsync(cancellation)),
            ("backups", "backup and restore against pg_basebackup, pgBackRest and pg_dump", (place, settings, results, cancellation) => new BackupsPart(place, settings, results).RunAsync(cancellation)),
            ("wal", "what writers pay for continuous backup, and restores by log to replay", (place, settings, results, cancellation) => new WalPart(place, settings, results).RunAsync(cancellation)),
        ];
        var root = new RootCommand("Measures ProductionReady; without a part, all of them.");
        foreach (var option in (Option[])[Rounds, Seconds, Connections, Large, Rows, ImportRounds, Starts, Units, BackupRounds])
        {
            option.Recursive = true;
            root.Options.Add(option);
        }

        root.SetAction((parsed, cancellation) => RunAsync([.. parts.Select(part => part.Run)], parsed, cancellation));
        foreach (var part in parts)
        {
            var command = new Command(part.Name, part.Description);
            command.SetAction((parsed, cancellation) => RunAsync([part.Run], parsed, cancellation));
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static async Task<int> RunAsync(Part[] parts, ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var place = PlaceFromEnvironment();
            var results = new ResultFiles(place, string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("bench/run")));
            foreach (var part in parts)
            {
                results.Begin();
                await part(place, SettingsOf(parsed), results, cancellation);
            }

            return 0;
        }
        catch (BenchException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
    }

    private static BenchSettings SettingsOf(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(Rounds),
        Turn = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
        Connections = parsed.GetValue(Connections),
        LargeTenant = parsed.GetValue(Large),
        ImportRows = parsed.GetValue(Rows),
        ImportRounds = parsed.GetValue(ImportRounds),
        Starts = parsed.GetValue(Starts),
        DatabaseUnits = parsed.GetValue(Units),
        BackupRounds = parsed.GetValue(BackupRounds),
    };

    private static Workplace PlaceFromEnvironment() => new(
        Required("BENCH_REPOSITORY"), Required("BENCH_SCRATCH"), Required("BENCH_POSTGRES_BINARIES"));

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new BenchException($"{name} is not set; bench/run sets it.");
}
