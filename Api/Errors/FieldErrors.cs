namespace ProductionReady.Api.Errors;

/// <summary>
/// Collects what is wrong with each field of a request, so that one answer names all of it. Fields are named as on the
/// wire: <c>admin.email</c>.
/// </summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Whether any field broke a rule.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Adds a message to a field.</summary>
    public FieldErrors Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
        return this;
    }

    /// <summary>Adds the message unless the rule holds.</summary>
    public FieldErrors Require(bool rule, string field, string message) => rule ? this : Add(field, message);

    /// <summary>The <c>errors</c> member of a problem.</summary>
    public IReadOnlyDictionary<string, string[]> ToDictionary() =>
        _errors.ToDictionary(error => error.Key, error => error.Value.ToArray(), StringComparer.Ordinal);
}
