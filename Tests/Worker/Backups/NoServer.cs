using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>The configuration of a Worker that has a store and no server.</summary>
internal static class NoServer
{
    /// <summary>Any public key: nothing is sealed.</summary>
    private const string Recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    /// <param name="storeFolder">The store.</param>
    public static Dictionary<string, string> Configuration(string storeFolder) => new()
    {
        [$"ConnectionStrings__{ResourceNames.WorkerDatabase}"] = "Host=127.0.0.1;Port=1;Database=none;Username=none",
        [$"ConnectionStrings__{ResourceNames.BackupDatabase}"] = "Host=127.0.0.1;Port=1;Database=none;Username=none",
        ["Backups__Folder"] = Path.Combine(storeFolder, ".worker"),
        ["Backups__Store__Folder"] = storeFolder,
        ["Backups__Encryption__Recipients__0"] = Recipient,
    };
}
