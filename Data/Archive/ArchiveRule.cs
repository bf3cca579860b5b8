namespace ProductionReady.Data.Archive;

/// <summary>Whether an entity's rows are part of a tenant's archive.</summary>
public abstract record ArchiveRule
{
    private ArchiveRule()
    {
    }

    /// <summary>They are.</summary>
    /// <param name="LeftOut">Properties that are not, for nobody but this installation may know or use them.</param>
    public sealed record Exported(params IReadOnlyList<string> LeftOut) : ArchiveRule
    {
        /// <summary>
        /// Whether an import takes them in. What it does not is history: of sign-ins, of keys that nobody has any more, of an audit trail
        /// whose hashes hold the tenant's id.
        /// </summary>
        public bool Imported { get; init; }
    }

    /// <summary>They are not.</summary>
    /// <param name="Reason">Why, in one sentence.</param>
    public sealed record NotExported(string Reason) : ArchiveRule;
}
