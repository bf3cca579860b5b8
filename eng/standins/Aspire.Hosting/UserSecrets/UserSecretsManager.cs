using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.UserSecrets;

/// <summary>Reads and writes <c>secrets.json</c> in the place and form of <c>dotnet user-secrets</c>: one flat object, keys joined by colons.</summary>
internal sealed class UserSecretsManager(Assembly? appHost) : IUserSecretsManager
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Lock _file = new();
    private readonly string? _id = appHost?.GetCustomAttribute<UserSecretsIdAttribute>()?.UserSecretsId;

    public bool IsAvailable => _id is not null;

    public string FilePath => _id is null ? string.Empty : PathHelper.GetSecretsPathFromSecretsId(_id);

    public bool TrySetSecret(string name, string value)
    {
        if (!IsAvailable)
        {
            return false;
        }

        lock (_file)
        {
            var secrets = Read();
            secrets[name] = value;
            Write(secrets);
            return true;
        }
    }

    public void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator)
    {
        if (configuration[name] is not null)
        {
            return;
        }

        // Outside the Development environment the configuration does not hold the user secrets.
        var kept = IsAvailable ? Read()[name]?.GetValue<string>() : null;
        var value = kept ?? valueGenerator();
        configuration.AddInMemoryCollection([new(name, value)]);
        if (kept is null)
        {
            TrySetSecret(name, value);
        }
    }

    private JsonObject Read()
    {
        if (!File.Exists(FilePath))
        {
            return [];
        }

        using var stream = File.OpenRead(FilePath);
        var flat = new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(s => s.Value is not null);
        return new JsonObject(flat.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
    }

    // A reader never sees half a file, and nobody else may read it.
    private void Write(JsonObject secrets)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var next = $"{FilePath}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, secrets, Indented);
        }

        File.Move(next, FilePath, overwrite: true);
    }
}
