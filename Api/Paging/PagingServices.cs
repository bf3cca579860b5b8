using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Paging;

/// <summary>Registers what lists need.</summary>
public static class PagingServices
{
    private const string KeySetting = "Identity:KeyEncryptionKey";

    /// <summary>
    /// Adds the <see cref="CursorSigner"/>. Its key is derived (HKDF-SHA256, RFC 5869) from the configured key-encryption key
    /// under a label of its own, so all instances share it and it opens nothing else.
    /// </summary>
    public static TBuilder AddPaging<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton(services =>
        {
            var secret = services.GetRequiredService<IConfiguration>()[KeySetting];
            return string.IsNullOrEmpty(secret)
                ? throw new InvalidOperationException($"{KeySetting} is not set.")
                : new CursorSigner(HKDF.DeriveKey(
                    HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), outputLength: 32, info: "productionready list cursors v1"u8.ToArray()));
        });
        return builder;
    }
}
