namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>What becomes of an entity's rows when its tenant is brought back to an earlier moment.</summary>
public abstract record TenantRestoreRule
{
    private TenantRestoreRule()
    {
    }

    /// <summary>They become as they were then: rows are added, changed and deleted.</summary>
    public sealed record Whole : TenantRestoreRule;

    /// <summary>Rows that are there on both sides get some properties back; none is deleted.</summary>
    /// <param name="Names">The properties.</param>
    public sealed record Some(params IReadOnlyList<string> Names) : TenantRestoreRule
    {
        /// <summary>Adds the rows that are gone; without it they stay gone.</summary>
        public AddedRows? Added { get; init; }
    }

    /// <summary>They stay as they are now.</summary>
    /// <param name="Reason">Why, in one sentence.</param>
    public sealed record Kept(string Reason) : TenantRestoreRule;
}

/// <summary>How rows that are gone are added again.</summary>
/// <param name="Unique">A property that must not be that of another row now, compared in lower case; such a row is left out.</param>
/// <param name="With">Properties that do not come back, and what they get in place of it: SQL, in which the row is <c>recovered</c>.</param>
public sealed record AddedRows(string Unique, IReadOnlyDictionary<string, string> With);
