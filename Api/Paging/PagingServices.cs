using ProductionReady.Api.Identity;

namespace ProductionReady.Api.Paging;

/// <summary>Registers what lists need.</summary>
public static class PagingServices
{
    /// <summary>Adds the <see cref="CursorSigner"/>; all instances of the Api derive the same key for it.</summary>
    public static TBuilder AddPaging<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton(services => new CursorSigner(services.GetRequiredService<DerivedKeys>().AllFor("list-cursors")));
        return builder;
    }
}
