using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Api.Contacts;

/// <summary>Registers what the address book needs.</summary>
public static class ContactServices
{
    /// <summary>Adds the address book; the database, which checks the connection string, and paging must be added too.</summary>
    public static TBuilder AddContacts<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton(services => new TenantDatabase(
            services.GetRequiredService<IConfiguration>().GetConnectionString(ResourceNames.ApiDatabase)!));
        builder.Services.AddSingleton<ContactReads>();
        builder.Services.AddSingleton<ContactWrites>();
        builder.Services.AddSingleton<ImportSlots>();
        builder.Services.AddSingleton<ImportContacts>();
        return builder;
    }
}
