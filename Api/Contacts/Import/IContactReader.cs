using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>Reads contacts from a file one by one, holding no more than one of them.</summary>
public interface IContactReader : IAsyncDisposable
{
    /// <summary>The fields that the file can give. Importing leaves the others of an existing contact alone.</summary>
    IReadOnlySet<string> Fields { get; }

    /// <summary>The line of the file, from 1, on which the current record starts.</summary>
    long Line { get; }

    /// <summary>The current record.</summary>
    ContactDraft Draft { get; }

    /// <summary>Why the current record cannot be read; null when <see cref="Draft"/> has it.</summary>
    BrokenRule? Unreadable { get; }

    /// <summary>Whether the file could not be read beyond the current record, which <see cref="Unreadable"/> explains.</summary>
    bool Stopped { get; }

    /// <summary>Moves to the next record; false at the end of the file.</summary>
    /// <exception cref="UnreadableFileException">The file as a whole is not what its content type says.</exception>
    ValueTask<bool> ReadAsync(CancellationToken cancellationToken);
}
