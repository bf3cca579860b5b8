using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>A new tenant.</summary>
/// <param name="Name">Name for people, 1 to 100 characters.</param>
/// <param name="Slug">Short name, 2 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Admin">Its first administrator.</param>
public sealed record SignUpRequest(string Name, string Slug, SignUpAdmin Admin);

/// <summary>The first administrator.</summary>
/// <param name="Email">E-mail address.</param>
/// <param name="DisplayName">Name for people, 1 to 100 characters.</param>
/// <param name="Password">12 to 128 characters.</param>
public sealed record SignUpAdmin(string Email, string DisplayName, string Password)
{
    /// <summary>Says nothing of the password, for records print their members.</summary>
    public override string ToString() => Email;
}

/// <summary>What was made.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="User">Its administrator.</param>
public sealed record SignUpResponse(TenantView Tenant, UserView User);

/// <summary>Self-service sign-up: a tenant and its first administrator, both or neither.</summary>
public sealed partial class SignUp(AppDbContext database, TenantDirectory tenants, TenantContext tenantContext, PasswordHashing passwords, AuditTrail trail, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/tenants</c>.</summary>
    public static async Task<Results<Created<SignUpResponse>, ApiProblem>> HandleAsync(
        SignUpRequest request, SignUp signUp, CancellationToken cancellationToken)
    {
        var errors = Check(request);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        return await signUp.CreateAsync(request, cancellationToken) is { } made
            ? TypedResults.Created((string?)null, made)
            : Problems.Conflict("tenant_slug_taken", "Another tenant has this slug.");
    }

    private static FieldErrors Check(SignUpRequest request)
    {
        var (name, slug, admin) = request;
        var errors = new FieldErrors()
            .Require(IsName(name, Tenant.NameMaxLength), "name", $"Must have 1 to {Tenant.NameMaxLength} printable characters.")
            .Require(
                slug.Length <= Tenant.SlugMaxLength && Slug().IsMatch(slug),
                "slug",
                $"Must have 2 to {Tenant.SlugMaxLength} lower-case letters, digits and inner hyphens.")
            .Require(!ReservedSlugs.Contains(slug), "slug", "Is reserved; take another one.")
            .Require(
                IsName(admin.DisplayName, User.DisplayNameMaxLength),
                "admin.displayName",
                $"Must have 1 to {User.DisplayNameMaxLength} printable characters.");
        EmailAddress.Check(errors, "admin.email", admin.Email);
        PasswordPolicy.Check(errors, "admin.password", admin.Password, admin.Email, admin.DisplayName, slug, name);
        return errors;
    }

    private async Task<SignUpResponse?> CreateAsync(SignUpRequest request, CancellationToken cancellationToken)
    {
        // Asked first only to save the hashing; the unique index decides.
        if (await tenants.FindBySlugAsync(request.Slug, cancellationToken) is not null)
        {
            return null;
        }

        var now = time.NowToStore();
        var tenant = new Tenant { Slug = request.Slug, Name = request.Name.Trim(), CreatedAt = now, UpdatedAt = now };
        await tenantContext.EnterAsync(tenant.Id, cancellationToken);
        var user = new User
        {
            TenantId = tenant.Id,
            Email = request.Admin.Email,
            DisplayName = request.Admin.DisplayName.Trim(),
            PasswordHash = await passwords.HashAsync(request.Admin.Password, cancellationToken),
            Roles = [BuiltInRoles.Admin],
            PasswordChangedAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
        database.AddRange(tenant, user);
        try
        {
            await trail.SaveAsync(Entries(tenant, user), cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }

        return new SignUpResponse(TenantView.Of(tenant), UserView.Of(user));
    }

    private static AuditEvent[] Entries(Tenant tenant, User user) =>
    [
        new(AuditActions.TenantCreated, AuditOutcome.Succeeded, "tenant", tenant.Id.ToString())
        {
            Actor = AuditActor.User(user.Id),
            After = new { tenant.Slug, tenant.Name },
        },
        new(AuditActions.UserCreated, AuditOutcome.Succeeded, "user", user.Id.ToString())
        {
            Actor = AuditActor.User(user.Id),
            After = new { user.Email, user.DisplayName, user.Roles },
        },
    ];

    private static bool IsName(string text, int maxLength) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && !text.Any(char.IsControl);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]*[a-z0-9]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Slug();
}
