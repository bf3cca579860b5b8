using System.Net.Mail;

namespace ProductionReady.Api.Mail;

/// <summary>Outgoing mail; section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Mail";

    /// <summary>How mail leaves. Only development may keep it in a folder.</summary>
    public MailKind Kind { get; set; } = MailKind.Smtp;

    /// <summary>The folder of <see cref="MailKind.Folder"/>; made when it is not there.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The address our mails come from, without a name.</summary>
    public string From { get; set; } = "";

    /// <summary>Where links in mails lead: the address of the pages that people use, such as <c>https://app.example.com</c>.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The server of <see cref="MailKind.Smtp"/>.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>How often delivery is tried, 1 to 10.</summary>
    public int Attempts { get; set; } = 6;

    /// <summary>Before the second try; each further pause is four times as long. 10 ms to 1 minute.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>For one try, 1 second to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A link for a mail. The token is in the fragment, which browsers send to no server and put in no <c>Referer</c>.</summary>
    /// <param name="path">Such as <c>reset-password</c>.</param>
    /// <param name="token">In characters that need no escaping.</param>
    public string Link(string path, string token) => $"{PublicUrl.TrimEnd('/')}/{path}#token={token}";

    /// <summary>One sentence for each value that does not do.</summary>
    /// <param name="development">Whether this is development, where mail may stay in a folder and links need no TLS.</param>
    public IEnumerable<string> Faults(bool development)
    {
        if (Kind == MailKind.Folder && !development)
        {
            yield return "Mail:Kind is folder, which is for development: outside of it nobody would get the mail. Take smtp.";
        }

        if (Kind == MailKind.Folder && string.IsNullOrWhiteSpace(Folder))
        {
            yield return "Mail:Folder is missing.";
        }

        if (!MailAddress.TryCreate(From, out var from) || from.Address != From)
        {
            yield return "Mail:From must be a plain e-mail address.";
        }

        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttps || (development && url.Scheme == Uri.UriSchemeHttp))
            || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            yield return "Mail:PublicUrl must be an https address without query and fragment: links in mails start with it.";
        }

        if (Attempts is < 1 or > 10)
        {
            yield return "Mail:Attempts must lie between 1 and 10.";
        }

        if (FirstPause < TimeSpan.FromMilliseconds(10) || FirstPause > TimeSpan.FromMinutes(1))
        {
            yield return "Mail:FirstPause must lie between 10 milliseconds and 1 minute.";
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5))
        {
            yield return "Mail:Timeout must lie between 1 second and 5 minutes.";
        }

        foreach (var fault in Kind == MailKind.Smtp ? Smtp.Faults() : [])
        {
            yield return fault;
        }
    }
}

/// <summary>How mail leaves.</summary>
public enum MailKind
{
    /// <summary>By an SMTP server.</summary>
    Smtp,

    /// <summary>Not at all: files in a folder, and the log.</summary>
    Folder,
}
