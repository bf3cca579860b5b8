namespace ProductionReady.Worker.Backups.Store;

/// <summary>
/// Where backups are kept: objects that are written once under a name that holds their digest, read, listed and deleted. Every
/// failure is a <see cref="BackupProblemException"/> that names the store and the object.
/// </summary>
public interface IObjectStore
{
    /// <summary>What and where it is, for people.</summary>
    string Location { get; }

    /// <summary>Where a file is best made that shall become an object; on this machine, for this account alone.</summary>
    string StagingFolder { get; }

    /// <summary>
    /// Stores a file. When this returns, the object is there for good and was read back or compared by its checksum; when it throws,
    /// there is none of that name. Takes the file over: it is gone from its place afterwards in either case.
    /// </summary>
    Task PutAsync(ObjectName name, StagedFile file, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from its start. Whoever reads it to the end compares its digest with the name.</summary>
    /// <exception cref="BackupProblemException">It is missing.</exception>
    Task<Stream> OpenAsync(ObjectName name, CancellationToken cancellationToken);

    /// <summary>The objects whose key begins with <paramref name="prefix"/>, in the order of their keys. What is not named like an object is passed over.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an object; one that is not there is none to complain of.</summary>
    Task DeleteAsync(ObjectName name, CancellationToken cancellationToken);
}
