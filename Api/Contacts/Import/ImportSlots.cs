namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// Bounds how many imports this process runs at once: each holds a database connection for as long as its client sends,
/// and slow clients must not take them all.
/// </summary>
public sealed class ImportSlots : IDisposable
{
    /// <summary>Imports at once.</summary>
    public const int Count = 8;

    private readonly SemaphoreSlim _free = new(Count);

    /// <summary>Takes a slot if one is free; <see cref="Leave"/> gives it back.</summary>
    public bool TryEnter() => _free.Wait(0);

    /// <summary>Gives a slot back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
