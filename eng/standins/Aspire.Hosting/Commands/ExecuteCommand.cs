namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command gets.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The replica the command is for.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Ends the command.</summary>
    public required CancellationToken CancellationToken { get; init; }
}

/// <summary>How a command ended.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it did what it is for.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was called off.</summary>
    public bool Canceled { get; init; }

    /// <summary>Why it did not.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>Makes outcomes of commands.</summary>
public static class CommandResults
{
    /// <summary>The command did what it is for.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>The command failed.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, ErrorMessage = errorMessage };

    /// <summary>The command failed.</summary>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);

    /// <summary>The command was called off.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}
