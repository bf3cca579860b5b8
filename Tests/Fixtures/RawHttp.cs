using System.Net.Sockets;
using System.Text;

namespace ProductionReady.Tests.Fixtures;

/// <summary>Sends bytes that no HTTP client would.</summary>
public static class RawHttp
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends a request on a connection of its own and reads until the server closes it, which it may do before it has read
    /// the whole request; an HTTP client would then report that it could not send, and lose the answer.
    /// </summary>
    /// <param name="server">Host and port.</param>
    /// <param name="head">Request line and headers, lines ended by one line feed; the rest is added. <c>Connection: close</c> belongs in it.</param>
    /// <param name="body">What follows the empty line.</param>
    public static async Task<RawAnswer> SendAsync(Uri server, string head, string body = "")
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, timeout.Token);
        await using var stream = client.GetStream();
        var request = Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n" + body);
        var sent = stream.WriteAsync(request, timeout.Token).AsTask();
        using var answer = new MemoryStream();
        try
        {
            await Task.WhenAll(sent, stream.CopyToAsync(answer, timeout.Token));
        }
        catch (IOException) when (answer.Length > 0)
        {
            // It has answered and closed without reading the rest of the request.
        }

        return RawAnswer.Read(Encoding.UTF8.GetString(answer.ToArray()));
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">Of the status line.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">Everything after them, with the marks of chunks if there are any.</param>
public sealed record RawAnswer(int Status, string Head, string Body)
{
    internal static RawAnswer Read(string text)
    {
        var parts = text.Split("\r\n\r\n", 2);
        parts[0].ShouldStartWith("HTTP/1.1 ", customMessage: "The server closed the connection without an answer.");
        return new RawAnswer(int.Parse(parts[0][9..12]), parts[0], parts.Length == 2 ? parts[1] : "");
    }
}
