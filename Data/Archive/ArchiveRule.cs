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
        /// <summary>Why an import leaves them, in one sentence, which its answer repeats; null when it takes them in.</summary>
        public string? NotImported { get; init; }
    }

    /// <summary>They are not.</summary>
    /// <param name="Reason">Why, in one sentence.</param>
    public sealed record NotExported(string Reason) : ArchiveRule;
}
