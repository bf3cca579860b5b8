using Npgsql;
using ProductionReady.Worker.Backups;

namespace ProductionReady.Tests.Worker;

public sealed class LibpqEnvironmentTests
{
    [Fact]
    public void Connection_string_becomes_libpq_variables()
    {
        var environment = LibpqEnvironment.From(new NpgsqlConnectionStringBuilder(
            "Host=db.example;Port=6432;Username=app_backup;Password='p;w\"';Database=app;SSL Mode=VerifyFull;Root Certificate=/ca.pem"));
        environment["PGHOST"].ShouldBe("db.example");
        environment["PGPORT"].ShouldBe("6432");
        environment["PGUSER"].ShouldBe("app_backup");
        environment["PGPASSWORD"].ShouldBe("p;w\"");
        environment["PGDATABASE"].ShouldBe("app");
        environment["PGSSLMODE"].ShouldBe("verify-full");
        environment["PGSSLROOTCERT"].ShouldBe("/ca.pem");
    }
}
