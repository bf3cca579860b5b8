using System.Diagnostics;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>A clock whose hours pass in seconds. Timers and time stamps keep their pace: what waits for an answer waits as ever.</summary>
/// <param name="speed">How many times as fast as the real one.</param>
internal sealed class FastTime(double speed) : TimeProvider
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private readonly Stopwatch _passed = Stopwatch.StartNew();

    public override DateTimeOffset GetUtcNow() => _start + (_passed.Elapsed * speed);
}
