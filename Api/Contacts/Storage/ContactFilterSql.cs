using System.Globalization;
using System.Text;
using Npgsql;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Storage;

/// <summary>A page of contacts as SQL. Values travel as parameters; only column names and parameter numbers are text.</summary>
public static class ContactFilterSql
{
    /// <summary>The statement for at most <paramref name="count"/> rows after an id.</summary>
    public static NpgsqlBatchCommand Page(Guid tenantId, ContactFilter filter, Guid? after, int count)
    {
        var command = new NpgsqlBatchCommand();
        var where = new StringBuilder("tenant_id = " + Add(command, tenantId));
        if (after is { } id)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND id > {Add(command, id)}");
        }

        Contains(command, where, "name", filter.Name);
        Contains(command, where, "address", filter.Address);
        if (filter.Email is { } email && EmailRule.Check(email, out _) is { } whole)
        {
            // A whole address is looked up by its unique index, which a pattern could not use.
            where.Append(CultureInfo.InvariantCulture, $" AND email_key = lower({Add(command, whole)})");
        }
        else
        {
            Contains(command, where, "email", filter.Email);
        }

        Contains(command, where, "phone", filter.Phone is null ? null : PhoneRule.DigitsOf(filter.Phone) ?? filter.Phone);
        if (filter.Search is { } search)
        {
            var pattern = Add(command, Pattern(search));
            var digits = PhoneRule.DigitsOf(search) is { } number ? Add(command, Pattern(number)) : pattern;
            where.Append(CultureInfo.InvariantCulture, $" AND (name ILIKE {pattern} OR email ILIKE {pattern} OR phone LIKE {digits} OR address ILIKE {pattern})");
        }

        Compare(command, where, "age", "=", filter.Age);
        Compare(command, where, "age", ">=", filter.AgeMin);
        Compare(command, where, "age", "<=", filter.AgeMax);
        if (filter.Gender is { } gender)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND gender = {Add(command, StoredText.Of(gender))}");
        }

        command.CommandText = $"SELECT {StoredContact.Columns} FROM contacts WHERE {where} ORDER BY tenant_id, id LIMIT {Add(command, count)}";
        return command;
    }

    /// <summary>The LIKE pattern that finds the text itself anywhere: percent, underscore and backslash mean themselves.</summary>
    public static string Pattern(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";

    private static void Contains(NpgsqlBatchCommand command, StringBuilder where, string column, string? text)
    {
        if (text is not null)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND {column} ILIKE {Add(command, Pattern(text))}");
        }
    }

    private static void Compare(NpgsqlBatchCommand command, StringBuilder where, string column, string comparison, short? value)
    {
        if (value is { } years)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND {column} {comparison} {Add(command, years)}");
        }
    }

    private static string Add<T>(NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }
}
