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
        string? generated = null;
        secrets.GetOrSetSecret(configuration, key, () => generated = inner.GetDefaultValue());
        return configuration[key] ?? generated ?? inner.GetDefaultValue();
    }

    public override void WriteToManifest(ManifestPublishingContext context) => inner.WriteToManifest(context);
}
