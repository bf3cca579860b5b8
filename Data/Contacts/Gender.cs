namespace ProductionReady.Data.Contacts;

/// <summary>Stored as <c>female</c>, <c>male</c>, <c>unspecified</c>.</summary>
public enum Gender
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,
}
