using Microsoft.EntityFrameworkCore;

namespace ProductionReady.Data.Tenants;

/// <summary>
/// The named way across tenants. Each question is a SECURITY DEFINER function of the database that gives ids alone and
/// that only the roles which need it may call; everything else about a tenant is read inside its own scope.
/// </summary>
public sealed class TenantDirectory(AppDbContext database)
{
    /// <summary>The tenant with this slug, whatever its state, or <see langword="null"/>. For the Api: nobody is signed in yet.</summary>
    public Task<Guid?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        database.Database
            .SqlQuery<Guid?>($"""SELECT tenant_id_by_slug({slug}) AS "Value" """)
            .SingleAsync(cancellationToken);

    /// <summary>
    /// The next <paramref name="count"/> tenant ids after <paramref name="after"/> in id order, all from the start when it
    /// is <see langword="null"/>. For the Worker: jobs that visit every tenant.
    /// </summary>
    public Task<List<Guid>> ListAfterAsync(Guid? after, int count, CancellationToken cancellationToken) =>
        database.Database
            .SqlQuery<Guid>($"""SELECT id AS "Value" FROM tenant_ids_after({after}, {count}) AS id""")
            .ToListAsync(cancellationToken);
}
