using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Storage;

namespace ProductionReady.Api.Contacts;

/// <summary>Registers what the address book needs.</summary>
public static class ContactServices
{
    /// <summary>Adds the address book; the database and paging must be added too.</summary>
    public static TBuilder AddContacts<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<ContactReads>();
        builder.Services.AddSingleton<ContactWrites>();
        builder.Services.AddSingleton<ImportSlots>();
        builder.Services.AddSingleton<ImportContacts>();
        return builder;
    }
}
