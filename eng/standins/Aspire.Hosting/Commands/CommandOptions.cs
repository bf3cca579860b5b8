namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command is shown.</summary>
public class CommandOptions
{
    /// <summary>What it does.</summary>
    public string? Description { get; set; }

    /// <summary>Name of its icon in the dashboard, of Fluent UI.</summary>
    public string? IconName { get; set; }
}
