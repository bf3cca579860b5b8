namespace ProductionReady.Api.Contacts.Rules;

/// <summary>
/// A contact as somebody wrote it, before any rule was applied: from a JSON body, a CSV row or a vCard. Each member is
/// text as given; null and blank both mean "not given".
/// </summary>
public record struct ContactDraft
{
    public string? Name { get; set; }

    public string? Email { get; set; }

    public string? Phone { get; set; }

    public string? Address { get; set; }

    /// <summary>Years as decimal digits.</summary>
    public string? Age { get; set; }

    public string? Gender { get; set; }
}
