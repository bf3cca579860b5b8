using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Api.Contacts;

/// <summary>Registers what the address book needs.</summary>
public static class ContactServices
{
    /// <summary>Adds the address book; the database must have been added before.</summary>
    /// <exception cref="InvalidOperationException">The connection string is missing.</exception>
    public static TBuilder AddContacts<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var connectionString = builder.Configuration.GetConnectionString(ResourceNames.ApiDatabase)
            ?? throw new InvalidOperationException($"ConnectionStrings:{ResourceNames.ApiDatabase} is not set.");
        builder.Services.AddSingleton(new TenantDatabase(connectionString));
        builder.Services.AddSingleton<ContactReads>();
        builder.Services.AddSingleton<ContactWrites>();
        builder.Services.AddSingleton<ImportSlots>();
        builder.Services.AddSingleton<ImportContacts>();
        return builder;
    }
}
