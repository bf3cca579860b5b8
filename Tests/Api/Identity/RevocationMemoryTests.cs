using System.Collections.Frozen;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Tests.Api.Identity;

public sealed class RevocationMemoryTests
{
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    private readonly SetTime _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RevocationMemory _memory;
    private readonly Principal _user = Caller(PrincipalKind.User, version: 3);

    public RevocationMemoryTests() => _memory = new RevocationMemory(_time);

    [Fact]
    public void Nothing_is_known_before_the_first_comparison() => _memory.Look(_user, database: null).ShouldBe(RevocationState.Unknown);

    [Fact]
    public void What_is_not_revoked_is_good_for_less_than_a_second_after_a_comparison()
    {
        _memory.Compared(_time.GetTimestamp());
        _memory.Look(_user, database: null).ShouldBe(RevocationState.Good);

        _time.Now += TimeSpan.FromMilliseconds(799);
        _memory.Look(_user, database: null).ShouldBe(RevocationState.Good);

        _time.Now += TimeSpan.FromMilliseconds(1);
        _memory.Look(_user, database: null).ShouldBe(RevocationState.Unknown);
        RevocationMemory.TrustFor.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_time_of_a_comparison_is_that_of_the_question_and_not_of_the_answer()
    {
        var asked = _time.GetTimestamp();
        _time.Now += TimeSpan.FromSeconds(1);
        _memory.Compared(asked);

        _memory.Look(_user, database: null).ShouldBe(RevocationState.Unknown);
    }

    [Fact]
    public void A_revoked_session_is_refused_whether_the_memory_is_trusted_or_not()
    {
        Add(_user.SessionId, Revocation.All);
        _memory.Look(_user, database: null).ShouldBe(RevocationState.Revoked);

        _memory.Compared(_time.GetTimestamp());
        _memory.Look(_user, database: null).ShouldBe(RevocationState.Revoked);
    }

    [Theory]
    [InlineData(3, RevocationState.Good)]
    [InlineData(4, RevocationState.Stale)]
    [InlineData(Revocation.All, RevocationState.Revoked)]
    public void A_users_token_needs_the_version_that_was_announced(long below, RevocationState state)
    {
        _memory.Compared(_time.GetTimestamp());
        Add(_user.UserId, below);

        _memory.Look(_user, database: null).ShouldBe(state);
    }

    [Fact]
    public void Of_two_announcements_of_a_user_the_stricter_one_counts()
    {
        _memory.Compared(_time.GetTimestamp());
        Add(_user.UserId, 5);
        Add(_user.UserId, 2);

        _memory.Look(_user, database: null).ShouldBe(RevocationState.Stale);
    }

    [Fact]
    public void A_revoked_API_key_is_refused_and_another_one_is_good()
    {
        var (revoked, other) = (Caller(PrincipalKind.ApiKey, 0), Caller(PrincipalKind.ApiKey, 0));
        _memory.Compared(_time.GetTimestamp());
        Add(revoked.CredentialId, Revocation.All);

        _memory.Look(revoked, database: null).ShouldBe(RevocationState.Revoked);
        _memory.Look(revoked.CredentialId, database: null).ShouldBe(RevocationState.Revoked);
        _memory.Look(other, database: null).ShouldBe(RevocationState.Good);
        _memory.Look(other.CredentialId, database: null).ShouldBe(RevocationState.Good);
    }

    [Fact]
    public void A_revocation_is_forgotten_when_no_credential_of_it_can_be_alive()
    {
        Add(_user.SessionId, Revocation.All);
        _memory.Prune().ShouldBe(1);

        _time.Now += AnHour + TimeSpan.FromSeconds(1);

        _memory.Prune().ShouldBe(0);
    }

    private void Add(Guid subject, long below) => _memory.Add(new RevokedSubject(subject, below, AnHour));

    private static Principal Caller(PrincipalKind kind, long version) => new(
        kind, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), FrozenSet<string>.Empty, FrozenSet<string>.Empty, version);
}
