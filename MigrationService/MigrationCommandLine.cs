using System.CommandLine;
using ProductionReady.MigrationService.Placing;

namespace ProductionReady.MigrationService;

/// <summary>The command line: one verb a run.</summary>
public static class MigrationCommandLine
{
    private const string About = """
        Migrates, checks and seeds the application's database.

        What is said about the database holds for those in which single tenants live, too: see 'place'.

        Configuration (environment or appsettings): ConnectionStrings:appdb, an administrator of the server; for 'up' also
        Roles:Api:Password, Roles:Worker:Password and Roles:Backup:Password, and Backups:Folder, if the Worker has one: tenants
        whose tombstones are there, and that a restored backup brought back, are shut.

        Exit codes: 0 done; 1 failed, the database is as it was; 2 wrong command line or configuration; 3 the schema is not
        this version's ('status' with migrations pending or unknown, 'validate' with differences).
        """;

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Verb and options; no verb means <c>up</c>.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints about the command line go.</param>
    /// <param name="configuration">Keys that win over the environment's, for callers that run the program inside themselves.</param>
    /// <param name="cancellationToken">Ends the run; the database stays as it was.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string[] arguments,
        TextWriter output,
        TextWriter error,
        IReadOnlyDictionary<string, string?>? configuration = null,
        CancellationToken cancellationToken = default)
    {
        var parsed = Root(output, configuration ?? new Dictionary<string, string?>()).Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private static RootCommand Root(TextWriter output, IReadOnlyDictionary<string, string?> configuration)
    {
        var wait = Seconds("--wait", "Seconds to wait for a server that is still starting.", 60);
        var lockWait = Seconds("--lock-wait", "Seconds to wait for another run on this database to end.", 300);
        var to = new Option<string>("--to") { Description = "The migration to be at; 0 for an empty database.", Required = true };
        var allowDataLoss = new Option<bool>("--allow-data-loss") { Description = "Drops tables and columns that hold data." };
        var force = new Option<bool>("--force") { Description = "Seeds a production environment too." };

        var email = new Option<string>("--email") { Description = "The administrator's e-mail address.", Required = true };

        var slug = new Argument<string>("slug") { Description = "The tenant's short name." };
        var database = new Option<string>("--database") { Description = "The database to move it to; tenant_SLUG unless told otherwise." };
        var home = new Option<bool>("--home") { Description = "Moves it back to the shared database." };
        var abandon = new Option<bool>("--abandon") { Description = "Only takes back a move that was killed, and removes what it left." };
        var drain = Seconds("--drain", "Seconds to wait for requests and transactions under way.", 10);
        var hold = Seconds("--hold", "Seconds that the tenant's requests may be held in all.", 20);

        var root = new RootCommand(About)
        {
            wait,
            lockWait,
            new Command("up", "Creates roles, applies all pending migrations in one transaction and sets the grants (the default)."),
            new Command("down", "Undoes migrations in one transaction; names what data it would drop, and refuses to drop it.") { to, allowDataLoss },
            new Command("status", "Lists the migrations: applied, pending, unknown."),
            new Command("validate", "Compares the live schema, policies and grants with the model and names each difference."),
            new Command("seed", "Adds a sample tenant for development.") { force },
            new Command("platform-admin", "Makes somebody an administrator of the platform; prints a token once, with which to choose a password.") { email },
            Place(),
        };
        foreach (var command in root.Subcommands.Append(root))
        {
            var verb = command == root ? Verb.Up : Enum.Parse<Verb>(command.Name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            command.SetAction((parsed, cancellationToken) => MigrationHost.RunAsync(Request(parsed, verb), configuration, output, cancellationToken));
        }

        return root;

        VerbRequest Request(ParseResult parsed, Verb verb) => new(
            verb,
            TimeSpan.FromSeconds(parsed.GetValue(wait)),
            TimeSpan.FromSeconds(parsed.GetValue(lockWait)),
            parsed.GetValue(to),
            parsed.GetValue(allowDataLoss),
            parsed.GetValue(force),
            parsed.GetValue(email),
            verb != Verb.Place ? null : new PlaceRequest(
                parsed.GetValue(slug)!,
                parsed.GetValue(database),
                parsed.GetValue(home),
                parsed.GetValue(abandon),
                TimeSpan.FromSeconds(parsed.GetValue(drain)),
                TimeSpan.FromSeconds(parsed.GetValue(hold))));

        Command Place()
        {
            var place = new Command("place", "Moves a tenant to a database of its own, or back, while it is in use; compares both and leaves no row behind.")
            {
                slug, database, home, abandon, drain, hold,
            };
            place.Validators.Add(result =>
            {
                if (new[] { result.GetValue(home), result.GetValue(abandon), result.GetValue(database) is not null }.Count(given => given) > 1)
                {
                    result.AddError("--database, --home and --abandon exclude one another.");
                }
            });
            return place;
        }
    }

    private static Option<int> Seconds(string name, string description, int otherwise)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise, Recursive = true };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 86_400)
            {
                result.AddError($"{name} takes 0 to 86400 seconds.");
            }
        });
        return option;
    }
}
