using System.Reflection;
using ProductionReady.AppHost.Embedded;

namespace ProductionReady.AppHost;

/// <summary>
/// How PostgreSQL and Redis run, by configuration <c>Servers:Kind</c>: <c>container</c>; <c>embedded</c>, as processes of this
/// machine; or <c>auto</c> (default), containers where a container runtime answers. What is published always has containers.
/// </summary>
/// <param name="Sentence">Says which, and why.</param>
/// <param name="Embedded">The embedded servers, or null for containers.</param>
/// <param name="BackupFolder">Where the Worker puts its backups.</param>
/// <param name="BackupKey">To whom it encrypts them, or null when that is a parameter.</param>
/// <param name="MailFolder">Where the Api puts its mail in development.</param>
/// <param name="ApiPort">The port the Api should have, or null for any.</param>
/// <param name="Problem">One sentence that says why nothing can be started, or null.</param>
internal sealed record ServerChoice(
    string Sentence, EmbeddedServers? Embedded, string BackupFolder, BackupKey? BackupKey, string MailFolder, int? ApiPort, string? Problem)
{
    private const int UsualApiPort = 5080;

    /// <summary>Decides, and prepares the embedded servers' folder and ports when they are chosen.</summary>
    public static ServerChoice Make(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new("PostgreSQL and Redis: containers, as always when publishing.", null, "/var/lib/productionready/backups", null, "", null, null);
        }

        var repository = Path.GetFullPath("..", builder.AppHostDirectory);
        var dataPath = Path.GetFullPath(builder.Configuration["Servers:DataPath"] ?? ".data", repository);
        int? apiPort = KeptPort.IsFree(UsualApiPort) ? UsualApiPort : null;
        var (kind, why) = Kind(builder.Configuration["Servers:Kind"] ?? "auto");
        if (kind is null)
        {
            return new("PostgreSQL and Redis: not to be had.", null, dataPath, null, dataPath, apiPort, why);
        }

        var sentence = $"PostgreSQL and Redis: {(kind == "embedded" ? kind : "containers")}, because {why}.";
        try
        {
            var embedded = kind == "embedded" ? EmbeddedServers.Prepare(dataPath, Console.WriteLine) : null;
            if (embedded is not null)
            {
                dataPath = embedded.DataPath;
                sentence = $"PostgreSQL and Redis: embedded, data in {dataPath}, because {why}.";
            }

            return new(sentence, embedded, Path.Combine(dataPath, "backups"), BackupKey.Prepare(dataPath), Path.Combine(dataPath, "mail"), apiPort, null);
        }
        catch (Exception problem) when (problem is FileNotFoundException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return new(sentence, null, dataPath, null, dataPath, apiPort, problem.Message);
        }
    }

    // No kind: the wish cannot be fulfilled, for the reason given.
    private static (string? Kind, string Why) Kind(string wish) => (wish, RunsContainers) switch
    {
        ("embedded", _) => ("embedded", "Servers:Kind asks for it"),
        ("container", true) => ("container", "Servers:Kind asks for it"),
        ("container", false) => (null, "Servers:Kind is 'container', but the stand-ins for Aspire (eng/standins) run no containers."),
        ("auto", true) => ContainerRuntime.Find() is { } runtime ? ("container", $"{runtime} answers") : ("embedded", "no container runtime answers"),
        ("auto", false) => ("embedded", "the stand-ins for Aspire run no containers"),
        _ => (null, $"Servers:Kind is '{wish}', which is none of 'auto', 'embedded' and 'container'."),
    };

    private static bool RunsContainers => typeof(ServerChoice).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(fact => fact is { Key: "PackageFeed", Value: "full" });
}
