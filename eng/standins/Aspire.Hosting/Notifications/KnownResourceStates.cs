namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of a resource.</summary>
public static class KnownResourceStates
{
    /// <summary>Nobody has started it yet.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>It waits for others.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>It is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>It runs.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>It is being stopped.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>A process has ended by itself.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>It was ended.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>It could not be started.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>There is nothing that could run it.</summary>
    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);

    /// <summary>A parameter has no value.</summary>
    public static readonly string ValueMissing = nameof(ValueMissing);

    /// <summary>The states after which nothing happens by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>How a state is shown.</summary>
public static class KnownResourceStateStyles
{
    /// <summary>Good.</summary>
    public static readonly string Success = "success";

    /// <summary>Bad.</summary>
    public static readonly string Error = "error";

    /// <summary>Neither.</summary>
    public static readonly string Info = "info";

    /// <summary>Not good.</summary>
    public static readonly string Warn = "warning";
}
