using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Schema;

namespace ProductionReady.Api.Errors;

/// <summary>Which problem an exception is. What is not foreseen is 500 and says nothing but its trace id.</summary>
public static class ExceptionProblems
{
    private static readonly TimeSpan RetrySoon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfterOutage = TimeSpan.FromSeconds(5);

    // Connection exceptions, refused log-ins (a password that is just being changed), missing databases (one that is just
    // being restored), exhausted resources such as a full disk, and failures of the server's system.
    private static readonly string[] UnavailableClasses = ["08", "28", "3D", "53", "58"];

    /// <summary>Looks through the exception and what caused it.</summary>
    public static ApiProblem For(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (Known(cause) is { } problem)
            {
                return problem;
            }
        }

        return new ApiProblem(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong here")
        {
            Detail = "The failure was recorded; name the traceId when you report it.",
        };
    }

    private static ApiProblem? Known(Exception cause) => cause switch
    {
        BadHttpRequestException bad => BadRequestProblems.For(bad),
        PostgresException postgres => Known(postgres),

        // The reader throws this, and not a JsonException, when the name of a member holds half of a surrogate pair.
        InvalidOperationException { Source: "System.Text.Json" or "System.Text.Json.Rethrowable" } when cause.Message.Contains("UTF-16", StringComparison.Ordinal) =>
            Problems.BadRequest("invalid_character", "The name of a member holds half of a surrogate pair."),
        TenantMovingException => Moving(),
        TooManyPasswordsException => Problems.Unavailable("busy", RetrySoon, "Too many are signing in at once."),
        PlanLimitException limit => Problems.PlanLimit(limit.Limit, limit.Allowed),
        DbUpdateConcurrencyException => Problems.Conflict("concurrent_change", "Somebody else changed it at the same time; read it again."),
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } or NpgsqlException { IsTransient: true } =>
            Problems.Unavailable("database_unavailable", RetryAfterOutage, "The database does not answer."),
        _ => null,
    };

    private static ApiProblem Moving() => Problems.Unavailable("tenant_moving", RetrySoon, "The tenant is being moved to another database; nothing was done.");

    private static ApiProblem? Known(PostgresException postgres) => postgres.SqlState switch
    {
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction =>
            Problems.Unavailable("database_unavailable", RetryAfterOutage, "The database does not answer."),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
            Problems.Unavailable("database_busy", RetrySoon, "Others were changing the same things."),
        PostgresErrorCodes.CheckViolation when postgres.ConstraintName == LastAdministrator.Constraint =>
            Problems.Conflict("last_administrator", "A tenant keeps one active administrator; make another one first."),
        TenantFence.SqlState => Moving(),
        _ when postgres.InvariantSeverity is "FATAL" or "PANIC" => Problems.Unavailable("database_unavailable", RetryAfterOutage, "The database does not answer."),
        PostgresErrorCodes.UniqueViolation => Problems.Conflict("already_exists", "Something with these unique values exists already."),
        PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
            Problems.BadRequest("invalid_character", "The request holds a character that cannot be stored."),
        { } state when UnavailableClasses.Contains(state[..2]) =>
            Problems.Unavailable("database_unavailable", RetryAfterOutage, "The database does not answer."),
        _ => null,
    };
}
