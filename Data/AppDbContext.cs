using System.Reflection;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Idempotency;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Jobs;
using ProductionReady.Data.Operations;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data;

/// <summary>The application's database, seen by the tenant of the current scope.</summary>
public sealed class AppDbContext : DbContext
{
    private readonly ITenantContext _tenant;
    private readonly List<(Guid Transaction, Action Action)> _afterCommit = [];

    /// <summary>Makes the context of a scope; it follows the scope's tenant to where that lives.</summary>
    public AppDbContext(DbContextOptions<AppDbContext> options, ITenantContext tenant)
        : base(options)
    {
        _tenant = tenant;
        (tenant as TenantContext)?.Lead(this);
    }

    /// <summary>The tenant whose rows this context sees and changes.</summary>
    public Guid? CurrentTenantId => _tenant.TenantId;

    /// <summary>The current tenant's own row; see <see cref="TenantDirectory"/> for finding others.</summary>
    public DbSet<Tenant> Tenants => Set<Tenant>();

    /// <summary>What the tenant used when it was last measured.</summary>
    public DbSet<TenantUsage> TenantUsage => Set<TenantUsage>();

    /// <summary>The tenant's users.</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>The tenant's sign-ins.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>The tenant's refresh tokens.</summary>
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    /// <summary>The roles the tenant made for itself.</summary>
    public DbSet<Role> Roles => Set<Role>();

    /// <summary>The tenant's invitations.</summary>
    public DbSet<Invitation> Invitations => Set<Invitation>();

    /// <summary>Keys of the tenant's services.</summary>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <summary>Authenticator apps of the tenant's users.</summary>
    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();

    /// <summary>Recovery codes of the tenant's users.</summary>
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    /// <summary>Sign-ins to the tenant that wait for their second factor.</summary>
    public DbSet<SignInChallenge> SignInChallenges => Set<SignInChallenge>();

    /// <summary>Password resets of the tenant's users.</summary>
    public DbSet<PasswordReset> PasswordResets => Set<PasswordReset>();

    /// <summary>Failed sign-ins to the tenant.</summary>
    public DbSet<SignInThrottle> SignInThrottles => Set<SignInThrottle>();

    /// <summary>Identity providers that vouch for the tenant's users.</summary>
    public DbSet<OidcProvider> OidcProviders => Set<OidcProvider>();

    /// <summary>Whom those providers mean by their subjects.</summary>
    public DbSet<UserIdentity> UserIdentities => Set<UserIdentity>();

    /// <summary>Sign-ins to the tenant that wait for an identity provider.</summary>
    public DbSet<OidcSignIn> OidcSignIns => Set<OidcSignIn>();

    /// <summary>The tenant's address book.</summary>
    public DbSet<Contact> Contacts => Set<Contact>();

    /// <summary>How many contacts the tenant has at most, where its plan limits them.</summary>
    public DbSet<ContactAllowance> ContactAllowances => Set<ContactAllowance>();

    /// <summary>Idempotency keys of the tenant's users, with the answers they got.</summary>
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    /// <summary>The tenant's audit trail; the database lets nobody change it, see <see cref="Schema.AuditFunctions"/>.</summary>
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>The head of the tenant's audit trail.</summary>
    public DbSet<AuditChain> AuditChains => Set<AuditChain>();

    /// <summary>Keys that sign access tokens, of the whole platform.</summary>
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    /// <summary>Tokens that are refused before they expire, of the whole platform.</summary>
    public DbSet<Revocation> Revocations => Set<Revocation>();

    /// <summary>Tenants that were erased.</summary>
    public DbSet<Tombstone> Tombstones => Set<Tombstone>();

    /// <summary>Where tenants live that were ever placed in a database of their own.</summary>
    public DbSet<TenantPlacement> TenantPlacements => Set<TenantPlacement>();

    /// <summary>Leases of scheduled jobs, of the whole platform.</summary>
    public DbSet<JobLease> JobLeases => Set<JobLease>();

    /// <summary>Runs of scheduled jobs, of the whole platform.</summary>
    public DbSet<JobRun> JobRuns => Set<JobRun>();

    /// <summary>What the Worker is asked for, of the whole platform.</summary>
    public DbSet<OperationRequest> OperationRequests => Set<OperationRequest>();

    /// <summary>Backups in the store, as the Worker tells of them.</summary>
    public DbSet<PublishedBackup> PublishedBackups => Set<PublishedBackup>();

    /// <summary>Trials of restores, as the Worker tells of them.</summary>
    public DbSet<PublishedDrill> PublishedDrills => Set<PublishedDrill>();

    /// <summary>What Workers say about the promises that they look after.</summary>
    public DbSet<OperationHealth> OperationHealth => Set<OperationHealth>();

    /// <summary>
    /// Runs an action once the current transaction is committed, never if it is not, and at once when there is none: for what
    /// this process remembers beside the database.
    /// </summary>
    public void AfterCommit(Action action)
    {
        if (Database.CurrentTransaction is { } transaction)
        {
            _afterCommit.Add((transaction.TransactionId, action));
        }
        else
        {
            action();
        }
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<ActorKind>().HaveConversion<StoredTextConverter<ActorKind>>();
        configurationBuilder.Properties<AuditOutcome>().HaveConversion<StoredTextConverter<AuditOutcome>>();
        configurationBuilder.Properties<Gender>().HaveConversion<StoredTextConverter<Gender>>();
        configurationBuilder.Properties<OperationHealthState>().HaveConversion<StoredTextConverter<OperationHealthState>>();
        configurationBuilder.Properties<OperationKind>().HaveConversion<StoredTextConverter<OperationKind>>();
        configurationBuilder.Properties<OperationState>().HaveConversion<StoredTextConverter<OperationState>>();
        configurationBuilder.Properties<OidcProvisioning>().HaveConversion<StoredTextConverter<OidcProvisioning>>();
        configurationBuilder.Properties<TenantState>().HaveConversion<StoredTextConverter<TenantState>>();
        configurationBuilder.Properties<SignInMethod>().HaveConversion<StoredTextConverter<SignInMethod>>();
        configurationBuilder.Properties<UserState>().HaveConversion<StoredTextConverter<UserState>>();
        configurationBuilder.Conventions.Add(_ => new SnakeCaseNames());
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
        modelBuilder.HasSequence<int>(TenantPlacement.Epochs);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            // Ids are made by the application, never by EF Core or the database.
            foreach (var property in entity.GetProperties().Where(property => property.ClrType == typeof(Guid)))
            {
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }

            if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType))
            {
                FilterMethod.MakeGenericMethod(entity.ClrType).Invoke(this, [modelBuilder]);
            }
        }
    }

    /// <summary>Leaves home for a tenant's own database.</summary>
    /// <exception cref="InvalidOperationException">A transaction is open at home, which cannot be taken along.</exception>
    internal void MoveTo(TenantPool own) => Database.SetDbConnection(own.Sessions.CreateConnection(), contextOwnsConnection: true);

    /// <summary>One that was disposed of without a word was rolled back; its actions go with the next.</summary>
    internal void TransactionCommitted(Guid transaction)
    {
        var waiting = _afterCommit.Where(waiting => waiting.Transaction == transaction).ToList();
        _afterCommit.Clear();
        waiting.ForEach(waiting => waiting.Action());
    }

    private static readonly MethodInfo FilterMethod =
        typeof(AppDbContext).GetMethod(nameof(FilterByTenant), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private void FilterByTenant<TEntity>(ModelBuilder modelBuilder)
        where TEntity : class, ITenantOwned =>
        modelBuilder.Entity<TEntity>().HasQueryFilter(entity => entity.TenantId == CurrentTenantId);
}
