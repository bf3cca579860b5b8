using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>Secrets that an orchestrator mounts as files, as Docker and Kubernetes do.</summary>
public static class SecretFiles
{
    /// <summary>Configuration key of the folder; from the environment <c>SECRETS_DIRECTORY</c>.</summary>
    public const string DirectoryKey = "SECRETS_DIRECTORY";

    /// <summary>
    /// Reads each file of that folder as one value: the file's name is the key, with two underscores for a colon
    /// (<c>Identity__KeyEncryptionKey</c>). Files win over everything else.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder is named and not there.</exception>
    public static void AddSecretFiles(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[DirectoryKey] is { Length: > 0 } directory)
        {
            if (!Directory.Exists(directory))
            {
                throw new DirectoryNotFoundException($"{DirectoryKey} names '{directory}', which is no folder.");
            }

            builder.Configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false);
        }
    }
}
