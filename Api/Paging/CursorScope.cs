namespace ProductionReady.Api.Paging;

/// <summary>What a cursor is good for.</summary>
/// <param name="List">The list's name, as in <c>contacts</c>.</param>
/// <param name="TenantId">Whose list it is.</param>
/// <param name="Filter">The filter in a canonical form: the same text if and only if the same rows match.</param>
public readonly record struct CursorScope(string List, Guid TenantId, string Filter);
