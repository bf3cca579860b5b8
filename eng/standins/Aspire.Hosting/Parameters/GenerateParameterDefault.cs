using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random text that can serve as a password.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    /// <summary>The least number of characters.</summary>
    public int MinLength { get; set; } = 22;

    /// <summary>Whether lower case letters may occur.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>Whether upper case letters may occur.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>Whether digits may occur.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Whether other characters may occur.</summary>
    public bool Special { get; set; } = true;

    /// <summary>The least number of lower case letters.</summary>
    public int MinLower { get; set; }

    /// <summary>The least number of upper case letters.</summary>
    public int MinUpper { get; set; }

    /// <summary>The least number of digits.</summary>
    public int MinNumeric { get; set; }

    /// <summary>The least number of other characters.</summary>
    public int MinSpecial { get; set; }

    /// <inheritdoc />
    public override string GetDefaultValue() => PasswordGenerator.Generate(this);

    /// <inheritdoc />
    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        foreach (var (name, allowed) in new[] { ("lower", Lower), ("upper", Upper), ("numeric", Numeric), ("special", Special) })
        {
            if (!allowed)
            {
                writer.WriteBoolean(name, false);
            }
        }

        foreach (var (name, count) in new[] { ("minLower", MinLower), ("minUpper", MinUpper), ("minNumeric", MinNumeric), ("minSpecial", MinSpecial) })
        {
            if (count != 0)
            {
                writer.WriteNumber(name, count);
            }
        }

        writer.WriteEndObject();
    }
}
