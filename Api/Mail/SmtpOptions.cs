using System.Net;

namespace ProductionReady.Api.Mail;

/// <summary>An SMTP server; section <c>Mail:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Name or address.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port; 587 is for submission (RFC 6409).</summary>
    public int Port { get; set; } = 587;

    /// <summary>Name to sign in with; empty for a server that asks for none.</summary>
    public string User { get; set; } = "";

    /// <summary>The user's password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whether the connection is protected.</summary>
    public SmtpTls Tls { get; set; } = SmtpTls.StartTls;

    /// <summary>One sentence for each value that does not do.</summary>
    public IEnumerable<string> Faults()
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return "Mail:Smtp:Host must be the name or address of a mail server.";
        }

        if (Port is < 1 or > 65_535)
        {
            yield return "Mail:Smtp:Port must lie between 1 and 65535.";
        }

        if (User.Length > 0 && Password.Length == 0)
        {
            yield return "Mail:Smtp:Password is missing for the user of Mail:Smtp:User.";
        }

        if (Tls == SmtpTls.None && User.Length > 0 && !IsThisMachine)
        {
            yield return "Mail:Smtp:Tls is none, which would send the password in the clear to another machine.";
        }
    }

    private bool IsThisMachine => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Protection of the connection to a mail server.</summary>
public enum SmtpTls
{
    /// <summary>STARTTLS, required: a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>None, for a relay on the same machine or network.</summary>
    None,
}
