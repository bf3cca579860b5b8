namespace ProductionReady.Api.Contacts.Storage;

/// <summary>What became of a change.</summary>
public enum ChangeOutcome
{
    /// <summary>It was made.</summary>
    Done,

    /// <summary>The caller made no change of it after all.</summary>
    Unchanged,

    /// <summary>The tenant has no contact of that id.</summary>
    NotFound,

    /// <summary>The contact is no longer in a version that the caller knows.</summary>
    Stale,

    /// <summary>Another contact of the tenant has the e-mail address.</summary>
    EmailTaken,
}

/// <summary>What became of a change, and the contact after it.</summary>
/// <param name="Outcome">Whether it was made, or why not.</param>
/// <param name="Contact">The contact when it was made, or left as it was on purpose.</param>
public readonly record struct ContactChange(ChangeOutcome Outcome, StoredContact? Contact)
{
    public static readonly ContactChange NotFound = new(ChangeOutcome.NotFound, null);
    public static readonly ContactChange Stale = new(ChangeOutcome.Stale, null);
    public static readonly ContactChange EmailTaken = new(ChangeOutcome.EmailTaken, null);
}
