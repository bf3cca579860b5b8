namespace ProductionReady.Api.Contacts.Import;

/// <summary>Nothing of a file can be imported, because it does not start as its format does.</summary>
/// <param name="message">For the person who sent it.</param>
public sealed class UnreadableFileException(string message) : Exception(message);
