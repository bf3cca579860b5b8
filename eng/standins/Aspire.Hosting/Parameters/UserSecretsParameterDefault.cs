using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Parameters;

/// <summary>Keeps what another default gives in the user secrets, so that it is the same the next time.</summary>
internal sealed class UserSecretsParameterDefault(IUserSecretsManager secrets, IConfigurationManager configuration, string key, ParameterDefault inner)
    : ParameterDefault
{
    public override string GetDefaultValue()
    {
        secrets.GetOrSetSecret(configuration, key, inner.GetDefaultValue);
        return configuration[key]!;
    }

    public override void WriteToManifest(ManifestPublishingContext context) => inner.WriteToManifest(context);
}
