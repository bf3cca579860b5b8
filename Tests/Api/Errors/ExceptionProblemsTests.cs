using Npgsql;
using ProductionReady.Api.Errors;

namespace ProductionReady.Tests.Api.Errors;

public sealed class ExceptionProblemsTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.InvalidPassword)]
    [InlineData(PostgresErrorCodes.InvalidCatalogName)]
    [InlineData(PostgresErrorCodes.DiskFull)]
    [InlineData(PostgresErrorCodes.TooManyConnections)]
    [InlineData(PostgresErrorCodes.CrashShutdown)]
    public void A_database_that_cannot_work_is_unavailable_and_worth_another_try(string state)
    {
        var problem = ExceptionProblems.For(Failure(state));

        problem.Status.ShouldBe(503);
        problem.Code.ShouldBe("database_unavailable");
    }

    [Theory]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData(PostgresErrorCodes.UndefinedTable)]
    public void A_mistake_of_ours_is_an_internal_error_that_says_nothing(string state) =>
        ExceptionProblems.For(Failure(state, "ERROR")).Code.ShouldBe("internal_error");

    private static InvalidOperationException Failure(string state, string severity = "FATAL") =>
        new("Outer.", new PostgresException("Said by the server.", severity, severity, state));
}
