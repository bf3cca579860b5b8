namespace ProductionReady.Api.Contacts;

/// <summary>Ids in paths: the 36 characters of RFC 9562, section 4. Anything else is simply no contact's id.</summary>
public static class ContactId
{
    /// <summary>Reads an id.</summary>
    public static bool TryRead(string text, out Guid id) => Guid.TryParseExact(text, "D", out id);
}
