using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProductionReady.Tests.Api.Mail;

/// <summary>A mail server on loopback that does what a test tells it, and keeps what it was given.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>Instead of an answer: says nothing and keeps the connection.</summary>
    public const string Hang = "hang";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, int, string?> _answer;
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Starts it.</summary>
    /// <param name="answer">The answer to a command on the connection of that number, from 1; null for the usual one.</param>
    public SmtpServer(Func<string, int, string?>? answer = null)
    {
        _answer = answer ?? ((_, _) => null);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    /// <summary>Every command that came, without the mails' texts.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>The mails that were taken, headers and body.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Also InvalidOperationException: the listener may be stopped between two connections.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await SayAsync(stream, "CONNECT", number);
                while (await reader.ReadLineAsync(_stop.Token) is { } command)
                {
                    Commands.Enqueue(command);
                    await SayAsync(stream, command, number);
                    if (command == "DATA")
                    {
                        Mails.Enqueue(await TextAsync(reader));
                        await SayAsync(stream, "END", number);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The client, or the test, has had enough.
            }
        }
    }

    private async Task SayAsync(Stream stream, string command, int number)
    {
        var answer = _answer(command, number) ?? command.Split(' ')[0] switch
        {
            "CONNECT" => "220 test",
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if (answer == Hang)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), _stop.Token);
    }

    private async Task<string> TextAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
