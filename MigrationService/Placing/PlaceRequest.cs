namespace ProductionReady.MigrationService.Placing;

/// <summary>What the verb <c>place</c> was asked for.</summary>
/// <param name="Slug">The tenant's.</param>
/// <param name="Database">The database to move it to; <see langword="null"/> for the usual name, or for where it lives by itself already.</param>
/// <param name="Home">Whether it is to move back to the shared database.</param>
/// <param name="Abandon">Whether a move that was killed is to be taken back, and nothing else done.</param>
/// <param name="Drain">How long to wait for requests that are under way, and for transactions.</param>
/// <param name="Hold">How long the tenant's requests may be held in all before the move is taken back.</param>
internal sealed record PlaceRequest(string Slug, string? Database, bool Home, bool Abandon, TimeSpan Drain, TimeSpan Hold);
