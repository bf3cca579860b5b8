using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Seeding;

/// <summary>
/// Puts a sample tenant into a development database. There is no password that everybody knows: it is taken from
/// <c>Seed:AdminPassword</c> or made up and printed once.
/// </summary>
internal sealed class SeedVerb(
    MigrationContext contexts, IHostEnvironment environment, IConfiguration configuration, TimeProvider time)
{
    private const int PasswordIterations = 210_000;
    private const string Slug = "demo";
    private const string AdminEmail = "admin@demo.example";

    public async Task<int> RunAsync(NpgsqlConnection connection, TextWriter output, bool force, CancellationToken cancellationToken)
    {
        if (environment.IsProduction() && !force)
        {
            throw new MigrationFailedException(
                "This is a production environment (DOTNET_ENVIRONMENT), which gets no sample data unless --force says so.");
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM tenants WHERE slug = $1)", cancellationToken, Slug))
        {
            await output.WriteLineAsync($"The tenant '{Slug}' is there already; nothing was changed.");
            return ExitCode.Done;
        }

        var password = configuration["Seed:AdminPassword"] ?? RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);
        await AddAsync(connection, transaction, password, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync($"Tenant '{Slug}', sign in as {AdminEmail} with {Shown(password)}");
        return ExitCode.Done;
    }

    private string Shown(string password) =>
        configuration["Seed:AdminPassword"] is null ? $"{password} (made up now and not kept anywhere)." : "the password of Seed:AdminPassword.";

    private async Task AddAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string password, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tenant = new Tenant { Slug = Slug, Name = "Demonstration", CreatedAt = now, UpdatedAt = now };

        // As the owner, whom row-level security binds too: the sample goes through the same rules as everybody's data.
        await connection.ExecuteAsync($"SET LOCAL ROLE {DatabaseRoles.Owner}", cancellationToken);
        await using var context = contexts.Over(connection, new TenantContext { TenantId = tenant.Id });
        await context.Database.UseTransactionAsync(transaction, cancellationToken);
        context.Add(tenant);
        context.Add(Admin(password, now));
        context.AddRange(SampleContacts.At(now));
        await context.SaveChangesAsync(cancellationToken);
    }

    private static User Admin(string password, DateTimeOffset now)
    {
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = PasswordIterations }));
        var admin = new User
        {
            Email = AdminEmail,
            DisplayName = "Demo Administrator",
            PasswordHash = "",
            Roles = [BuiltInRoles.Admin],
            CreatedAt = now,
            UpdatedAt = now,
        };
        admin.PasswordHash = hasher.HashPassword(admin, password);
        return admin;
    }
}
