using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;

namespace ProductionReady.Api.Operations;

/// <summary>Where a page of a list of operations begins, and how long it is.</summary>
/// <param name="Scope">Of the list's cursors.</param>
/// <param name="Before">The last place seen; null for the beginning.</param>
/// <param name="Count">Rows at most.</param>
internal sealed record NewestFirst(CursorScope Scope, Guid? Before, int Count)
{
    /// <summary>Reads the query.</summary>
    /// <param name="list">Name of the list, with its filter.</param>
    /// <param name="tenant">Of the caller.</param>
    /// <param name="limit">As sent.</param>
    /// <param name="cursor">As sent.</param>
    /// <param name="cursors">Checks it.</param>
    /// <param name="page">What it asks for.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static ApiProblem? TryRead(string list, Guid tenant, string? limit, string? cursor, CursorSigner cursors, out NewestFirst page)
    {
        var scope = new CursorScope($"operations-{list}", tenant, "");
        var valid = PageLimit.TryRead(limit, out var count);
        page = new NewestFirst(scope, null, count);
        if (!valid)
        {
            return Problems.Validation(new FieldErrors().Add("limit", "Must be a whole number from 1 to 500."));
        }

        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        var known = cursors.TryRead(scope, cursor, out var before);
        page = page with { Before = before };
        return known ? null : Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out with this filter.");
    }

    /// <summary>The cursor after rows of which one more than the page's was asked for; null at the end.</summary>
    public string? Next(IReadOnlyList<Guid> places, CursorSigner cursors) => places.Count > Count ? cursors.Issue(Scope, places[Count - 1]) : null;
}
