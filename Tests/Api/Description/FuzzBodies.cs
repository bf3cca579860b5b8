using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProductionReady.Tests.Api.Description;

/// <summary>Makes request bodies from an OpenAPI description: of the declared form, with random damage to values, members, text and type.</summary>
internal sealed class FuzzBodies(Random random, JsonElement document)
{
    private static readonly string[] Texts =
    [
        "", " ", "a", "ann@x.example", "+49891234567", "female", "acme", "%", "_", "' OR 1=1 --", "$1", "{0}", "../../etc/passwd", "=1+1",
        "\u202Eright to left", "א‎ב", "e\u0301\u0301\u0301", "👩‍👩‍👧‍👦", "\uFEFF", "\uFFFF", "\u0085\u2028", "\t\r\n", "ﷺ", "İıŞß", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    ];

    /// <summary>JSON strings that no serializer would write.</summary>
    private static readonly string[] RawTexts =
        ["\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\"", "\"\\x\"", "\"\\u12\"", "\"\u0001\"", "\"no end", "'single'"];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "150", "151", "2147483648", "-9223372036854775809", "1e400", "-1e400", "1e-400", "1.5", "30.0", "3e1", "00", "+1", ".5", "1e1000000000", "NaN", "Infinity"];

    private static readonly string[] Types =
        ["", "nonsense", "text/plain", "application/xml", "application/json; charset=utf-16", "application/json; charset=nonsense", "multipart/form-data", "application/jsonx", "*/*"];

    /// <summary>The next body and its content type.</summary>
    /// <param name="type">As the operation declares it.</param>
    /// <param name="media">What the operation says about it.</param>
    public (string Type, byte[] Bytes) Next(string type, JsonElement media)
    {
        var text = type.Contains("json", StringComparison.Ordinal)
            ? Json(media.TryGetProperty("schema", out var schema) ? schema : default, depth: 0)
            : Lines(type);
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(12) switch
        {
            0 => (Types[random.Next(Types.Length)], bytes),
            1 => (type, bytes[..random.Next(bytes.Length + 1)]),
            2 => (type, Damaged(bytes)),
            3 => (type, [.. bytes, .. bytes]),
            4 => (type, [0xEF, 0xBB, 0xBF, .. bytes]),
            5 => (type, RandomBytes(random.Next(2_000))),
            6 => (type, Encoding.Unicode.GetBytes(text)),
            _ => (type, bytes),
        };
    }

    /// <summary>A good JSON object with one value, anywhere in it, put in the place of which something else.</summary>
    public byte[] Mutated(string good)
    {
        var root = JsonNode.Parse(good)!;
        var places = Places(root).ToList();
        var (parent, key) = places[random.Next(places.Count)];
        const string mark = "\"the place of the damage\"";
        var marked = JsonNode.Parse(mark);
        if (parent is JsonArray array)
        {
            array[int.Parse(key, CultureInfo.InvariantCulture)] = marked;
        }
        else
        {
            parent[key] = marked;
        }

        // As text, for no serializer would write some of it.
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(mark, Anything(1), StringComparison.Ordinal));
    }

    /// <summary>A word for a path or a query: any text that has a UTF-8 form.</summary>
    public string Word() => random.Next(4) switch
    {
        0 => Pick(Numbers),
        1 => new string('x', random.Next(1, 300)),
        2 => Guid.CreateVersion7().ToString(),
        _ => Pick(Texts),
    };

    private static IEnumerable<(JsonNode Parent, string Key)> Places(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => (member.Value is null ? [] : Places(member.Value)).Append((members, member.Key))),
        JsonArray items => items.SelectMany((item, i) => (item is null ? [] : Places(item)).Append((items, i.ToString(CultureInfo.InvariantCulture)))),
        _ => [],
    };

    private string Json(JsonElement schema, int depth)
    {
        schema = Resolved(schema);
        if (depth > 0 && random.Next(4) == 0)
        {
            return Anything(depth);
        }

        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            return Object(properties, depth);
        }

        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("items", out var items))
        {
            return $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Json(items, depth + 1)))}]";
        }

        return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.GetRawText().Contains("integer", StringComparison.Ordinal)
            ? Pick(Numbers)
            : Text();
    }

    private string Object(JsonElement properties, int depth)
    {
        var members = properties.EnumerateObject().Select(member => $"\"{member.Name}\":{Json(member.Value, depth + 1)}").ToList();
        switch (random.Next(8))
        {
            case 0:
                members.RemoveAt(random.Next(members.Count));
                break;
            case 1:
                members.Add(members[random.Next(members.Count)]);
                break;
            case 2:
                members.Add($"{Text()}:{Anything(depth)}");
                break;
            case 3:
                members.Add($"{Pick(RawTexts)}:1");
                break;
            default:
                break;
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private string Anything(int depth) => random.Next(9) switch
    {
        0 => "null",
        1 => "true",
        2 => Pick(Numbers),
        3 => Pick(RawTexts),
        4 => $"\"{new string('x', random.Next(1, 40_000))}\"",
        5 => Nested(random.Next(1, 200)),
        6 => string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70),
        7 => depth < 3 ? $"[{Anything(depth + 1)},{Anything(depth + 1)}]" : "[]",
        _ => Text(),
    };

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private string Text() => JsonSerializer.Serialize(random.Next(3) switch
    {
        0 => Pick(Texts) + Pick(Texts),
        1 => string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => (char)random.Next(1, 0xD800))),
        _ => Pick(Texts),
    });

    private string Lines(string type)
    {
        string[] tokens = type.Contains("vcard", StringComparison.Ordinal)
            ? ["BEGIN:VCARD\r\n", "VERSION:4.0\r\n", "FN:Ann\r\n", "END:VCARD\r\n", "EMAIL:", "TEL;VALUE=uri:tel:", "ADR:;;", "GENDER:", "X\"", "\\n", "\r\n ", ":", ";", "=", "\0", "é"]
            : ["name,email,phone,address,age,gender\n", "name", ",", "\"", "\n", "\r\n", "Ann,a@x.example,,,3,female\n", "\"a\"\"b\"", "=1+1", "\0", "é", "999999999999", ";", "\t"];
        var text = new StringBuilder(random.Next(2) == 0 ? tokens[0] : "");
        for (var i = random.Next(60); i > 0; i--)
        {
            text.Append(random.Next(5) == 0 ? Pick(Texts) : Pick(tokens));
        }

        return text.ToString();
    }

    private byte[] Damaged(byte[] bytes)
    {
        var damaged = bytes.ToArray();
        for (var i = 0; i < damaged.Length && i < 5; i++)
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        }

        return damaged;
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];

    private JsonElement Resolved(JsonElement schema)
    {
        while (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()![2..].Split('/').Aggregate(document, (json, step) => json.GetProperty(step));
        }

        return schema;
    }
}
