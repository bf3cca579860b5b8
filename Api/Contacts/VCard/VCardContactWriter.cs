using System.Buffers;
using System.Globalization;
using System.Text;
using ProductionReady.Api.Contacts.Export;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>
/// Writes contacts as vCards of version 4.0 (RFC 6350) that <see cref="VCardContactReader"/> reads back to the same
/// contacts. An address is one text here and goes whole into the street component of ADR.
/// </summary>
public sealed class VCardContactWriter(Stream body) : IContactWriter
{
    private const int FlushAt = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt * 2);

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(ContactFields contact, CancellationToken cancellationToken)
    {
        Line("BEGIN:VCARD");
        Line("VERSION:4.0");
        Line("FN:" + VCardText.Escape(contact.Name));
        Line(contact.Email is null ? null : "EMAIL:" + VCardText.Escape(contact.Email));
        Line(contact.Phone is null ? null : "TEL;VALUE=uri:tel:" + contact.Phone);
        Line(contact.Address is null ? null : $"ADR:;;{VCardText.Escape(contact.Address)};;;;");
        Line(contact.Gender switch { Gender.Female => "GENDER:F", Gender.Male => "GENDER:M", _ => null });
        Line(contact.Age is { } age ? "X-AGE:" + age.ToString(CultureInfo.InvariantCulture) : null);
        Line("END:VCARD");
        return _buffer.WrittenCount < FlushAt ? ValueTask.CompletedTask : FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await body.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        await body.FlushAsync(cancellationToken);
        _buffer.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Line(string? line)
    {
        if (line is not null)
        {
            VCardFold.Write(Encoding.UTF8.GetBytes(line), _buffer);
        }
    }
}
