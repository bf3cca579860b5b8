using System.Globalization;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Mail;

/// <summary>
/// For development: writes each mail as a file (RFC 5322, with UTF-8 as RFC 6532 allows) into a folder and into the log.
/// </summary>
public sealed partial class FolderTransport(IOptions<MailOptions> options, TimeProvider time, ILogger<FolderTransport> logger) : IMailTransport
{
    /// <inheritdoc/>
    public async Task<MailOutcome> DeliverAsync(Mail mail, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.Folder);
        var now = time.GetUtcNow();
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd'T'HHmmss.fff'Z'}-{mail.Id}.eml"));
        var text = $"""
            From: {options.Value.From}
            To: {mail.To}
            Subject: {mail.Subject}
            Date: {now.ToString("r", CultureInfo.InvariantCulture)}
            Message-ID: {MessageId.Of(mail, options.Value.From)}
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            {mail.Text}
            """;
        try
        {
            CreateFolder(folder);
            await WriteAsync(path, text.ReplaceLineEndings("\r\n"), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return MailOutcome.Later(exception.Message);
        }

        LogWritten(mail.Id, path, mail.Subject, mail.Text);
        return MailOutcome.Delivered;
    }

    // Written beside and moved: whoever watches the folder never sees half a mail.
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var unfinished = path + ".tmp";
        await using (var file = new FileStream(unfinished, OwnersAlone()))
        await using (var writer = new StreamWriter(file))
        {
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }

        File.Move(unfinished, path);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Mails hold tokens.
    private static FileStreamOptions OwnersAlone()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    [LoggerMessage(LogLevel.Information, "{MailId} written to {Path}: {Subject}\n{Text}")]
    private partial void LogWritten(Guid mailId, string path, string subject, string text);
}
