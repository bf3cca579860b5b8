namespace ProductionReady.Tests.Api.Identity;

/// <summary>The real clock, some time ahead or behind.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
