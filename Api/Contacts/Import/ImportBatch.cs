using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>Contacts on their way to the table, column by column as PostgreSQL's <c>unnest</c> takes them.</summary>
public sealed class ImportBatch
{
    /// <summary>Contacts in a full batch: enough to make a round trip and a commit cheap, few enough to keep in memory twice.</summary>
    public const int Size = 5000;

    /// <summary>The line of the file on which each one starts.</summary>
    public List<long> Lines { get; } = new(Size);

    public List<Guid> Ids { get; } = new(Size);

    public List<string> Names { get; } = new(Size);

    public List<string?> Emails { get; } = new(Size);

    public List<string?> Phones { get; } = new(Size);

    public List<string?> Addresses { get; } = new(Size);

    public List<short?> Ages { get; } = new(Size);

    public List<string> Genders { get; } = new(Size);

    /// <summary>Contacts in it.</summary>
    public int Count => Ids.Count;

    /// <summary>Puts a contact in.</summary>
    public void Add(long line, Guid id, ContactFields contact)
    {
        Lines.Add(line);
        Ids.Add(id);
        Names.Add(contact.Name);
        Emails.Add(contact.Email);
        Phones.Add(contact.Phone);
        Addresses.Add(contact.Address);
        Ages.Add(contact.Age);
        Genders.Add(StoredText.Of(contact.Gender));
    }

    /// <summary>Empties it for the next contacts.</summary>
    public void Clear()
    {
        Lines.Clear();
        Ids.Clear();
        Names.Clear();
        Emails.Clear();
        Phones.Clear();
        Addresses.Clear();
        Ages.Clear();
        Genders.Clear();
    }
}
