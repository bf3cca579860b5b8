using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace ProductionReady.AppHost;

/// <summary>The secrets that earlier runs of this AppHost generated and kept in its user secrets.</summary>
internal static class KeptSecrets
{
    /// <summary>
    /// Makes a run use them whatever its environment. Aspire keeps a generated secret in every environment but reads what it
    /// kept in Development only: elsewhere each run would put new secrets in the place of the old ones, among them the key
    /// without which the signing keys in the database cannot be unwrapped. What other configuration says goes before.
    /// </summary>
    public static void UseKeptSecrets(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode && !builder.Environment.IsDevelopment())
        {
            var kept = new ConfigurationBuilder().AddUserSecrets(typeof(KeptSecrets).Assembly, optional: true).Build();
            builder.Configuration.AddInMemoryCollection([.. kept.AsEnumerable().Where(secret => builder.Configuration[secret.Key] is null)]);
        }
    }
}
