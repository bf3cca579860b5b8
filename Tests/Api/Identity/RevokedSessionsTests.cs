using ProductionReady.Api.Identity.Sessions;

namespace ProductionReady.Tests.Api.Identity;

public sealed class RevokedSessionsTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SetTime _time = new(Start);
    private readonly RevokedSessions _revoked;
    private readonly Guid _session = Guid.NewGuid();

    public RevokedSessionsTests() => _revoked = new RevokedSessions(_time);

    [Fact]
    public void Nothing_is_known_before_the_first_step_with_Redis() => Look(Start).ShouldBe(SessionState.Unknown);

    [Fact]
    public void A_session_is_good_while_in_step_and_not_revoked()
    {
        _revoked.InStep(Start.AddHours(-1));

        Look(Start).ShouldBe(SessionState.Good);
    }

    [Fact]
    public void A_revoked_session_is_revoked_in_step_and_out_of_it()
    {
        _revoked.InStep(Start.AddHours(-1));
        _revoked.Add(_session, Start.AddMinutes(16));
        Look(Start).ShouldBe(SessionState.Revoked);

        _revoked.OutOfStep();

        Look(Start).ShouldBe(SessionState.Revoked);
    }

    [Fact]
    public void Three_seconds_without_Redis_are_too_long_to_trust()
    {
        _revoked.InStep(Start.AddHours(-1));
        _time.Now = Start.AddSeconds(3);

        Look(Start).ShouldBe(SessionState.Unknown);
    }

    [Fact]
    public void A_broken_connection_ends_the_trust_at_once()
    {
        _revoked.InStep(Start.AddHours(-1));
        _revoked.OutOfStep();

        Look(Start).ShouldBe(SessionState.Unknown);
    }

    [Fact]
    public void A_token_older_than_the_memory_of_Redis_is_not_known()
    {
        _revoked.InStep(memoryBegins: Start);

        Look(Start.AddMinutes(-1)).ShouldBe(SessionState.Unknown);
        Look(Start.AddSeconds(6)).ShouldBe(SessionState.Good);
    }

    [Fact]
    public void A_revocation_is_forgotten_when_no_token_of_it_can_be_alive()
    {
        _revoked.Add(_session, Start.AddMinutes(16));
        _time.Now = Start.AddMinutes(17);
        _revoked.InStep(Start.AddHours(-1));

        _revoked.All.ShouldBeEmpty();
    }

    private SessionState Look(DateTimeOffset issuedAt) => _revoked.Look(_session, issuedAt);
}
