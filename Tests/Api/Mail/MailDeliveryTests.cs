using ProductionReady.Api.Mail;
using ProductionReady.Tests.Fixtures;
using Message = ProductionReady.Api.Mail.Mail;

namespace ProductionReady.Tests.Api.Mail;

public sealed class MailDeliveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Mail_reaches_the_server_with_its_headers_and_text()
    {
        await using var server = new SmtpServer();
        await using var rig = new MailRig(MailRig.To(server.Port));
        var mail = new Message("ada@acme.example", "Neues Passwort für Łódź", "Grüße\n.\n.. und Ende");
        await rig.StartAsync();

        rig.Queue.Send(mail);
        await rig.StopAsync();

        server.Commands.ShouldContain("RCPT TO:<ada@acme.example>");
        var text = server.Mails.ShouldHaveSingleItem();
        text.ShouldContain("From: no-reply@app.example\n", Case.Insensitive);
        text.ShouldContain("To: ada@acme.example\n", Case.Insensitive);
        text.ShouldContain($"Message-ID: <{mail.Id:n}@app.example>\n", Case.Insensitive);
        text.ShouldContain("Auto-Submitted: auto-generated\n", Case.Insensitive);
        text.ShouldContain("Subject: =?utf-8?", Case.Insensitive);
        rig.Count("sent").ShouldBe(1);
    }

    [Fact]
    public async Task Mail_is_tried_again_when_the_server_says_later()
    {
        await using var server = new SmtpServer((command, connection) => command.StartsWith("RCPT", StringComparison.Ordinal) && connection < 3 ? "451 later" : null);
        await using var rig = new MailRig(MailRig.To(server.Port));
        await rig.StartAsync();

        rig.Queue.Send(Any());
        await Eventually.BecomesTrueAsync("the mail arrives", Patience, () => Task.FromResult(rig.Count("sent") == 1));

        server.Connections.ShouldBe(3);
        rig.Count("retried").ShouldBe(2);
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Mail_is_given_up_when_the_server_says_later_too_often_and_dropped_at_once_when_it_says_never()
    {
        await using var server = new SmtpServer((command, _) => command switch
        {
            "RCPT TO:<later@acme.example>" => "450 later",
            "RCPT TO:<never@acme.example>" => "550 no such user",
            _ => null,
        });
        await using var rig = new MailRig(MailRig.To(server.Port));
        await rig.StartAsync();

        rig.Queue.Send(Any("later@acme.example"));
        rig.Queue.Send(Any("never@acme.example"));
        await Eventually.BecomesTrueAsync("both are lost", Patience, () => Task.FromResult(rig.Count("lost gave_up") == 1 && rig.Count("lost refused") == 1));

        server.Commands.Count(command => command == "RCPT TO:<never@acme.example>").ShouldBe(1);
        server.Commands.Count(command => command == "RCPT TO:<later@acme.example>").ShouldBe(3);
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_goes_to_no_server_that_does_not_offer_the_protection_asked_for()
    {
        await using var server = new SmtpServer();
        var options = MailRig.To(server.Port);
        options.Smtp.Tls = SmtpTls.StartTls;
        (options.Smtp.User, options.Smtp.Password) = ("app", "hunter2");
        await using var rig = new MailRig(options);
        await rig.StartAsync();

        rig.Queue.Send(Any());
        await Eventually.BecomesTrueAsync("it is given up", Patience, () => Task.FromResult(rig.Count("lost gave_up") == 1));

        server.Mails.ShouldBeEmpty();
        server.Commands.ShouldAllBe(command => command.StartsWith("EHLO") || command == "QUIT");
    }

    [Fact]
    public async Task Server_that_hangs_costs_a_timeout_and_does_not_hold_up_other_mails()
    {
        await using var server = new SmtpServer((command, _) => command == "RCPT TO:<slow@acme.example>" ? SmtpServer.Hang : null);
        var options = MailRig.To(server.Port);
        (options.Timeout, options.Attempts) = (TimeSpan.FromSeconds(2), 1);
        await using var rig = new MailRig(options);
        await rig.StartAsync();

        rig.Queue.Send(Any("slow@acme.example"));
        rig.Queue.Send(Any("quick@acme.example"));
        await Eventually.BecomesTrueAsync("the other mail arrives", Patience, () => Task.FromResult(rig.Count("sent") == 1));
        rig.Count("lost gave_up").ShouldBe(0);

        await Eventually.BecomesTrueAsync("the slow one is given up", Patience, () => Task.FromResult(rig.Count("lost gave_up") == 1));
    }

    [Fact]
    public async Task Stop_delivers_what_waits_and_takes_no_more()
    {
        await using var server = new SmtpServer((command, connection) => command == "CONNECT" && connection <= 4 ? "421 later" : null);
        var options = MailRig.To(server.Port);
        options.FirstPause = TimeSpan.FromMinutes(1);
        await using var rig = new MailRig(options);
        for (var i = 0; i < 20; i++)
        {
            rig.Queue.Send(Any($"user{i}@acme.example"));
        }

        await rig.StartAsync();
        await Eventually.BecomesTrueAsync("four wait for their second try", Patience, () => Task.FromResult(rig.Count("retried") == 4));
        await rig.StopAsync();
        rig.Queue.Send(Any());

        rig.Count("sent").ShouldBe(20);
        server.Mails.Count.ShouldBe(20);
        rig.Count("lost queue_full").ShouldBe(1);
    }

    [Fact]
    public async Task Stop_that_may_not_wait_counts_what_is_lost()
    {
        await using var server = new SmtpServer((_, _) => SmtpServer.Hang);
        await using var rig = new MailRig(MailRig.To(server.Port));
        await rig.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            rig.Queue.Send(Any());
        }

        await rig.StopAsync(new CancellationToken(canceled: true));

        (rig.Count("lost stopped") + rig.Count("lost gave_up")).ShouldBe(10);
    }

    [Fact]
    public async Task Mails_over_the_queues_bound_are_dropped_and_counted()
    {
        await using var rig = new MailRig(MailRig.To(1), new NoTransport());
        for (var i = 0; i < MailQueue.Capacity + 5; i++)
        {
            rig.Queue.Send(Any());
        }

        rig.Count("lost queue_full").ShouldBe(5);
    }

    [Theory]
    [InlineData("ada@acme.example\r\nBcc: eve@evil.example", "Subject")]
    [InlineData("Ada <ada@acme.example>", "Subject")]
    [InlineData("ada(comment)@acme.example", "Subject")]
    [InlineData("ada@acme.example, eve@evil.example", "Subject")]
    [InlineData("nobody", "Subject")]
    [InlineData("ada@acme.example", "Subject\r\nBcc: eve@evil.example")]
    [InlineData("ada@acme.example", "Subject\nBcc: eve@evil.example")]
    [InlineData("ada@acme.example", "Subject\u2028Bcc: eve@evil.example")]
    public void Mail_that_would_carry_a_header_of_its_own_cannot_be_made(string to, string subject) =>
        Should.Throw<ArgumentException>(() => new Message(to, subject, "text"));

    [Fact]
    public void Mail_shows_neither_receiver_nor_text_when_printed() =>
        $"{new Message("ada@acme.example", "Subject", "prp_secret")}".ShouldNotContain("ada@acme.example");

    private static Message Any(string to = "ada@acme.example") => new(to, "Subject", "Text");

    private sealed class NoTransport : IMailTransport
    {
        public Task<MailOutcome> DeliverAsync(Message mail, CancellationToken cancellationToken) => Task.FromResult(MailOutcome.Delivered);
    }
}
