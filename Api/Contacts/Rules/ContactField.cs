namespace ProductionReady.Api.Contacts.Rules;

/// <summary>The fields' names: JSON members, CSV columns and the keys of <c>errors</c> alike.</summary>
public static class ContactField
{
    public const string Name = "name";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Address = "address";
    public const string Age = "age";
    public const string Gender = "gender";
}
