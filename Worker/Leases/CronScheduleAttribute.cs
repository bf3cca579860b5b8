using System.ComponentModel.DataAnnotations;
using Quartz;

namespace ProductionReady.Worker.Leases;

/// <summary>A Quartz cron expression (with seconds), read in UTC, that has a time still to come.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CronScheduleAttribute : ValidationAttribute
{
    public CronScheduleAttribute()
        : base("It must be a Quartz cron expression with a time still to come, such as '0 15 2 * * ?' for 02:15 UTC every day.")
    {
    }

    /// <summary>Reads an expression in UTC.</summary>
    /// <exception cref="FormatException">It is no cron expression.</exception>
    public static CronExpression Parse(string expression) => new(expression, TimeZoneInfo.Utc);

    public override bool IsValid(object? value) =>
        value is string text && CronExpression.TryParse(text, out _) && Parse(text).GetNextValidTimeAfter(DateTimeOffset.UtcNow) is not null;
}
