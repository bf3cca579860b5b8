using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>The user secrets of the AppHost: a JSON file in the user's home that is not part of the project.</summary>
public interface IUserSecretsManager
{
    /// <summary>Whether the AppHost has a UserSecretsId.</summary>
    bool IsAvailable { get; }

    /// <summary>The file.</summary>
    string FilePath { get; }

    /// <summary>Keeps a value; false when that is not possible.</summary>
    bool TrySetSecret(string name, string value);

    /// <summary>Keeps a generated value under a key that the configuration does not have, and adds it there.</summary>
    void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator);
}
