namespace ProductionReady.Tests.Fixtures;

/// <summary>The folder into which an Api writes its mail in development.</summary>
/// <param name="folder">Made by the first mail.</param>
public sealed class Mailbox(string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Waits until so many mails to the address have come, and returns them in the order of their coming.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string to, int count)
    {
        IReadOnlyList<string> mails = [];
        await Eventually.BecomesTrueAsync(
            $"{count} mails to {to}", Patience, async () => (mails = await ReadAsync(to)).Count >= count);
        mails.Count.ShouldBe(count);
        return mails;
    }

    /// <summary>The mails to the address that have come already.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string to)
    {
        var mails = new List<string>();
        foreach (var file in Files())
        {
            var text = await File.ReadAllTextAsync(file);
            if (text.Contains($"\r\nTo: {to}\r\n", StringComparison.Ordinal))
            {
                mails.Add(text);
            }
        }

        return mails;
    }

    private IEnumerable<string> Files() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal) : [];

    /// <summary>The token in a mail's link.</summary>
    public static string TokenIn(string mail) =>
        mail[(mail.IndexOf("#token=", StringComparison.Ordinal) + "#token=".Length)..].Split('\r', '\n', ' ')[0];
}
