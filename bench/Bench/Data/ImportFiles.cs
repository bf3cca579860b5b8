using System.Globalization;

namespace ProductionReady.Bench.Data;

/// <summary>The same contacts twice: as the CSV a person uploads, and as the one COPY wants, with ids and times.</summary>
internal static class ImportFiles
{
    internal const string CopyColumns = "id, tenant_id, name, email, phone, address, age, gender, created_at, updated_at";

    /// <summary>Writes the CSV for the Api's import.</summary>
    internal static async Task WriteUploadAsync(string file, int rows, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync("name,email,phone,address,age,gender\n");
        for (var number = 0; number < rows; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            await writer.WriteAsync(Fields(new SampleContact(number)));
        }
    }

    /// <summary>Writes the CSV for COPY.</summary>
    internal static async Task WriteCopyAsync(string file, Guid tenant, int rows, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(file);
        var now = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        for (var number = 0; number < rows; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            await writer.WriteAsync($"{Guid.CreateVersion7()},{tenant},");
            await writer.WriteAsync(Fields(new SampleContact(number)).Replace("\n", $",{now},{now}\n", StringComparison.Ordinal));
        }
    }

    private static string Fields(SampleContact contact) => string.Create(
        CultureInfo.InvariantCulture,
        $"{contact.Name},{contact.Email},{contact.Phone},\"{contact.Address}\",{contact.Age},{contact.Gender}\n");
}
