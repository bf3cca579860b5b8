using System.Text.RegularExpressions;

namespace ProductionReady.MigrationService.Validation;

/// <summary>What is so about a schema: each subject (<c>column contacts.email</c>) with what it is.</summary>
internal sealed partial class SchemaFacts
{
    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);

    public void Add(string subject, string value) => _facts.Add(subject, value);

    /// <summary>One sentence for each way in which the live schema is not this one.</summary>
    public IEnumerable<string> DifferencesTo(SchemaFacts live)
    {
        foreach (var (subject, expected) in _facts)
        {
            if (!live._facts.TryGetValue(subject, out var found))
            {
                yield return $"{subject}: missing, should be {expected}";
            }
            else if (Canonical(found) != Canonical(expected))
            {
                yield return $"{subject}: should be {expected}, is {found}";
            }
        }

        foreach (var (subject, found) in live._facts)
        {
            if (!_facts.ContainsKey(subject))
            {
                yield return $"{subject}: not in the model, is {found}";
            }
        }
    }

    // PostgreSQL prints expressions with casts, parentheses and spacing of its own.
    private static string Canonical(string value) => Noise().Replace(value, "").ToLowerInvariant();

    [GeneratedRegex(@"::(character varying|timestamp with time zone|[a-z_]+)(\(\d+\))?(\[\])?|[\s()]", RegexOptions.CultureInvariant)]
    private static partial Regex Noise();
}
