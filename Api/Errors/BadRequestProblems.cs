using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProductionReady.Api.Errors;

/// <summary>Says what could not be read in a request, in the wire's names and without names of our types.</summary>
public static partial class BadRequestProblems
{
    /// <summary>The problem for what the server or parameter binding refused.</summary>
    public static ApiProblem For(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Problems.TooLarge("Send less in one request."),
        StatusCodes.Status415UnsupportedMediaType => Problems.UnsupportedMediaType("This endpoint reads another content type, most likely application/json."),
        StatusCodes.Status408RequestTimeout => new ApiProblem(StatusCodes.Status408RequestTimeout, "request_timeout", "The request took too long to arrive"),
        _ when exception.InnerException is JsonException json => ForJson(json),
        _ when Parameter().Match(exception.Message) is { Success: true } match =>
            Malformed("invalid_parameter", "A parameter has the wrong form.", (match.Groups["name"].Value, "Cannot be read.")),
        _ => Problems.BadRequest("malformed_request", "The request is not complete or not well-formed."),
    };

    /// <summary>The problem for JSON that cannot be read as what the endpoint expects.</summary>
    public static ApiProblem ForJson(JsonException json)
    {
        var field = Field(json.Path);
        var message = json.Message;
        if (Missing().Match(message) is { Success: true } missing)
        {
            var prefix = field.Length == 0 ? "" : field + ".";
            return Malformed(
                "missing_member",
                "A member that must be there is missing.",
                [.. missing.Groups["name"].Captures.Select(name => (prefix + name.Value, "Is required."))]);
        }

        return message switch
        {
            _ when message.Contains("could not be mapped", StringComparison.Ordinal) =>
                Malformed("unknown_member", "There is a member that this endpoint does not know.", (field, "There is no such member.")),
            _ when message.Contains("uplicate", StringComparison.Ordinal) =>
                Malformed("duplicate_member", "A member is given twice.", (field, "Is given twice.")),
            _ when message.Contains("U+0000", StringComparison.Ordinal) || message.Contains("surrogate", StringComparison.Ordinal) =>
                Malformed("invalid_character", "Text holds U+0000 or half of a surrogate pair.", (field, "Holds a character that cannot be stored.")),
            _ when field.Length > 0 && json.InnerException is not JsonException =>
                Malformed("wrong_type", "A member has the wrong type.", (field, "Has the wrong type or form.")),
            _ => Problems.BadRequest(
                "malformed_json",
                $"The body is not the JSON this endpoint expects (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."),
        };
    }

    private static ApiProblem Malformed(string code, string detail, params (string Field, string Message)[] errors) =>
        new(StatusCodes.Status400BadRequest, code, "The request cannot be read")
        {
            Detail = detail,
            Errors = errors.Where(error => error.Field.Length > 0).GroupBy(error => error.Field, StringComparer.Ordinal)
                .ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray(), StringComparer.Ordinal),
        };

    /// <summary><c>$.admin.email</c> is <c>admin.email</c> on the wire.</summary>
    private static string Field(string? path) => path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path[1..];

    [GeneratedRegex("""including: ('(?<name>[^']+)'(, )?)+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Missing();

    [GeneratedRegex("""parameter "\S+ (?<name>\w+)" """, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Parameter();
}
