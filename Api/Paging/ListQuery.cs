using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Paging;

/// <summary>
/// The query string of a list, read as strictly as a body: a parameter that the endpoint does not state, or that comes twice, is
/// an error, for a misspelt filter would list more than was asked for. Filters first, then <see cref="TryBegin"/>.
/// </summary>
public sealed class ListQuery
{
    private const int MaxText = 255;

    private readonly IQueryCollection _query;
    private readonly StringBuilder _filter = new();
    private readonly int _limit;

    /// <summary>Reads it.</summary>
    public ListQuery(HttpContext context)
    {
        _query = context.Request.Query;
        var known = context.GetEndpoint()!.Metadata.GetOrderedMetadata<QueryParameter>();
        foreach (var (name, values) in _query)
        {
            Errors.Require(known.Any(parameter => parameter.Name == name), name, "There is no such parameter.")
                .Require(values.Count == 1, name, "Is given more than once.");
        }

        Errors.Require(PageLimit.TryRead(_query["limit"], out _limit), "limit", "Must be a whole number from 1 to 500.");
    }

    /// <summary>What is wrong with it.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>Rows in a page.</summary>
    public int Limit => _limit;

    /// <summary>A filter by text; null when it is not given.</summary>
    public string? Text(string name)
    {
        var text = _query.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values[0] : null;
        Errors.Require(text is null || (text.Length <= MaxText && StorableText.IsStorable(text)), name, $"Must be at most {MaxText} characters of Unicode text.");
        _filter.Append(CultureInfo.InvariantCulture, $"{text?.Length ?? -1}:{text};");
        return text;
    }

    /// <summary>A filter by one of a few words; null when it is not given.</summary>
    public TEnum? Word<TEnum>(string name)
        where TEnum : struct, Enum
    {
        var text = Text(name);
        var value = default(TEnum);
        Errors.Require(text is null || StoredText.TryParse(text, out value), name, $"Must be one of {string.Join(", ", StoredText.All<TEnum>())}.");
        return text is null ? null : value;
    }

    /// <summary>A pattern of <c>LIKE</c> for a text anywhere, with <c>\</c> as the escape character.</summary>
    public static string Anywhere(string? text) =>
        $"%{text?.Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    /// <summary>Where the page begins, or what keeps it from beginning.</summary>
    /// <param name="list">Name of the list.</param>
    /// <param name="principal">Who asks.</param>
    /// <param name="cursors">Checks the cursor.</param>
    /// <param name="page">The beginning.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryBegin(string list, Principal principal, CursorSigner cursors, out PageStart page, out ApiProblem? problem)
    {
        var scope = new CursorScope(list, principal.TenantId, _filter.ToString());
        Guid? after = null;
        problem = Errors.Any ? Problems.Validation(Errors) : null;
        if (problem is null && _query["cursor"] is [{ Length: > 0 } cursor])
        {
            after = cursors.TryRead(scope, cursor, out var last) ? last : null;
            problem = after is null ? Problems.BadRequest("cursor_invalid", "The cursor is not one that this list gave out with this filter.") : null;
        }

        page = new PageStart(scope, after);
        return problem is null;
    }
}

/// <summary>Where a page begins.</summary>
/// <param name="Scope">What its cursors are good for.</param>
/// <param name="After">The last id of the page before; null for the first page.</param>
public readonly record struct PageStart(CursorScope Scope, Guid? After)
{
    /// <summary>Splits what was read, one row more than the limit, into the page and the cursor of the next one.</summary>
    public (IReadOnlyList<TRow> Rows, string? NextCursor) Cut<TRow>(IReadOnlyList<TRow> read, int limit, Func<TRow, Guid> id, CursorSigner cursors) =>
        read.Count > limit ? ([.. read.Take(limit)], cursors.Issue(Scope, id(read[limit - 1]))) : (read, null);
}
