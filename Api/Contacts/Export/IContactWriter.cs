using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.Export;

/// <summary>Writes contacts to a file one by one.</summary>
public interface IContactWriter : IAsyncDisposable
{
    /// <summary>Writes what stands before the first contact.</summary>
    ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Writes a contact, at times to a buffer only.</summary>
    ValueTask WriteAsync(ContactFields contact, CancellationToken cancellationToken);

    /// <summary>Sends on what is in the buffer.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}
