using System.Diagnostics;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>
/// A clock whose hours pass in seconds from a moment on. Timers and time stamps keep their pace: what waits for an answer waits
/// as ever.
/// </summary>
/// <param name="speed">How many times as fast as the real one.</param>
internal sealed class FastTime(double speed) : TimeProvider
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private readonly Stopwatch _passed = new();

    /// <summary>Time begins to pass; until now it stood still.</summary>
    public void Go() => _passed.Start();

    public override DateTimeOffset GetUtcNow() => _start + (_passed.Elapsed * speed);
}
