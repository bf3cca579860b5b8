using System.Buffers.Text;
using System.Text.Json;

namespace ProductionReady.Bench.Data;

/// <summary>What an access token says.</summary>
internal static class AccessTokenText
{
    /// <summary>Its session (claim <c>sid</c>).</summary>
    internal static string Session(string token) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("sid").GetString()!;
}
