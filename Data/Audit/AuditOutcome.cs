namespace ProductionReady.Data.Audit;

/// <summary>How what an entry tells of ended. Stored as <c>succeeded</c>, <c>refused</c>.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Succeeded,

    /// <summary>It was tried and refused: a wrong password, a permission that is missing, a token that was used before.</summary>
    Refused,
}
