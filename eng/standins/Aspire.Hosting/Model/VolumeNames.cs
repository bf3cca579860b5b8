using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names volumes that nobody named: application, a hash of it, resource, purpose.</summary>
internal static class VolumeNames
{
    public static string For<T>(IResourceBuilder<T> builder, string purpose)
        where T : IResource
    {
        var application = builder.ApplicationBuilder.Environment.ApplicationName.ToLowerInvariant();
        var safe = string.Concat(application.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(application)))[..10];
        return $"{safe}-{hash}-{builder.Resource.Name}-{purpose}";
    }
}
