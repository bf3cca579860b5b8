using System.CommandLine;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Commands;

/// <summary><c>backup wal</c>: where the write-ahead log stands, asked of the server, the spool of this machine and the store.</summary>
public static class WalCommand
{
    private static readonly Option<bool> Release = new("--release")
    {
        Description = "Strict mode: lets commits go on that wait for a Worker which does not come. A Worker in strict mode sets it again.",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("wal", "Says where the write-ahead log stands; fails when it is not being received.") { Release };
        command.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => RunAsync(services, parsed.GetValue(Release), cancellationToken)));
        return command;
    }

    private static async Task<bool> RunAsync(IServiceProvider services, bool release, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var connection = new NpgsqlConnectionStringBuilder(services.GetRequiredService<IConfiguration>().GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false };
        await using var session = new NpgsqlConnection(connection.ConnectionString);
        await session.OpenAsync(cancellationToken);
        if (release)
        {
            await StrictCommits.ReleaseAsync(session, cancellationToken);
            await Console.Out.WriteLineAsync("Commits wait for nobody.");
            return true;
        }

        var server = await LoggedServer.AskAsync(connection, cancellationToken);
        var slots = await services.GetRequiredService<WalSlots>().ReadAsync(session, cancellationToken);
        await Console.Out.WriteLineAsync($"Server  system {server.SystemId}, timeline {server.History.Timeline}, log ends at {server.Flushed}");
        var options = services.GetRequiredService<IOptions<WalOptions>>().Value;
        var follows = await WriteSlotAsync(options.Slot, "what the spool has", slots, server);
        var keeps = await WriteSlotAsync(options.StoreSlot, "what the store has", slots, server);
        await WriteFilesAsync(services, server, cancellationToken);
        await using var names = new NpgsqlCommand("SELECT current_setting('synchronous_standby_names')", session);
        var strict = services.GetRequiredService<StrictCommits>().IsOwn((string)(await names.ExecuteScalarAsync(cancellationToken))!);
        await Console.Out.WriteLineAsync($"Strict  {(strict ? "commits wait for the receiver" : "commits wait for nobody")}");
        return follows is { IsActive: true, IsLost: false } && keeps is { IsLost: false };
    }

    private static async Task<WalSlot?> WriteSlotAsync(string name, string what, Dictionary<string, WalSlot> slots, LoggedServer server)
    {
        var slot = slots.GetValueOrDefault(name);
        await Console.Out.WriteLineAsync(slot switch
        {
            null => $"Slot    {name} ({what}) is missing",
            { Kept: { } kept } => $"Slot    {name} ({what}) {(slot.IsActive ? "active" : "idle")}, {slot.Status}, at {kept}, {Behind(server.Flushed, kept)} bytes behind{(slot.SafeBytes is { } safe ? $", given up after {safe} more" : "")}",
            _ => $"Slot    {name} ({what}) is LOST: the server kept no more log for it",
        });
        return slot;
    }

    private static async Task WriteFilesAsync(IServiceProvider services, LoggedServer server, CancellationToken cancellationToken)
    {
        var spool = services.GetRequiredService<WalSpool>();
        var files = spool.Files(server.SystemId);
        await Console.Out.WriteLineAsync($"Spool   {spool.Location}: {files.Count} files, {spool.Size()} bytes{(files.Count > 0 ? $", newest {files[^1].Name}" : "")}");
        var store = services.GetRequiredService<IObjectStore>();
        List<WalObject> stored = [];
        List<WalGap> gaps = [];
        await foreach (var found in store.ListAsync(WalObject.PrefixOf(server.SystemId), cancellationToken))
        {
            if (WalObject.TryParse(found.Name) is { Kind: not WalObjectKind.History } log)
            {
                stored.Add(log);
            }
            else if (WalGap.TryParse(found.Name) is { } gap)
            {
                gaps.Add(gap);
            }
        }

        var whole = stored.Where(log => log.Kind == WalObjectKind.Segment).Select(log => log.FileName).Distinct().Order(StringComparer.Ordinal).ToList();
        var begun = stored.Where(log => log.Kind == WalObjectKind.Partial).MaxBy(log => (log.FileName, log.Reach));
        await Console.Out.WriteLineAsync($"Store   {store.Location}: {whole.Count} segments{(whole.Count > 0 ? $", {whole[0]} to {whole[^1]}" : "")}{(begun is null ? "" : $", and {begun.Reach} bytes of {begun.FileName}")}");
        foreach (var gap in gaps)
        {
            await Console.Out.WriteLineAsync($"Gap     {gap.From}-{gap.To}");
        }
    }

    private static ulong Behind(NpgsqlLogSequenceNumber end, NpgsqlLogSequenceNumber position) => end > position ? (ulong)end - (ulong)position : 0;
}
