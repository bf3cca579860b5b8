using Microsoft.EntityFrameworkCore.Update;

namespace ProductionReady.Data.Saving;

/// <summary>
/// Writes changes with EF Core's standard SQL, in which each UPDATE and DELETE answers <c>RETURNING 1</c> for every row it
/// met. Npgsql's own generator leaves that out and its batch reads the counts by the statement's position instead; the
/// SET that carries the tenant shifts those positions, so that every plain change looked like a lost update.
/// </summary>
public sealed class CountedUpdateSqlGenerator(UpdateSqlGeneratorDependencies dependencies) : UpdateSqlGenerator(dependencies);
