using System.Text;
using System.Text.Json;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Operations.Readings;

/// <summary>A drill's document.</summary>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="Reading">What it says.</param>
/// <param name="Json">All of it.</param>
public sealed record StoredDrill(DateTimeOffset StartedAt, DrillReading Reading, string Json);

/// <summary>Reads the documents <c>drill/ID/drill.SHA256.json</c>; each is read once.</summary>
public sealed partial class StoredDrills(IObjectStore store, ILogger<StoredDrills> logger)
{
    private readonly Dictionary<string, StoredDrill?> read = [];

    /// <summary>All of them, newest first; one that cannot be read is logged and left out.</summary>
    public async Task<IReadOnlyList<StoredDrill>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<StoredDrill>();
        await foreach (var stored in store.ListAsync("drill/", cancellationToken))
        {
            if (!read.TryGetValue(stored.Name.Key, out var drill))
            {
                read[stored.Name.Key] = drill = await TryReadAsync(stored.Name, cancellationToken);
            }

            if (drill is not null)
            {
                found.Add(drill);
            }
        }

        return [.. found.OrderByDescending(drill => drill.StartedAt)];
    }

    private async Task<StoredDrill?> TryReadAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(Encoding.UTF8.GetString(await StoredJson.ReadAsync(store, name, cancellationToken)));
        }
        catch (Exception error) when (error is BackupProblemException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            LogUnreadable(name.Key, error.Message);
            return null;
        }
    }

    private static StoredDrill Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        string[] problems = root.TryGetProperty("problems", out var list) ? [.. list.EnumerateArray().Select(problem => problem.ToString())] : [];
        var outcome = root.TryGetProperty("outcome", out var word) ? word.GetString()! : problems.Length == 0 ? "passed" : "failed";
        return new StoredDrill(
            root.GetProperty("startedAt").GetDateTimeOffset(),
            new DrillReading(
                root.GetProperty("id").GetString()!, root.GetProperty("finishedAt").GetDateTimeOffset(), outcome, string.Join(" ", problems),
                Seconds(root, "recoveryTimeSeconds"), Seconds(root, "recoveryPointSeconds")),
            json);
    }

    private static TimeSpan? Seconds(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? TimeSpan.FromSeconds(value.GetDouble()) : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "The drill {Name} is left out: {Reason}")]
    private partial void LogUnreadable(string name, string reason);
}
