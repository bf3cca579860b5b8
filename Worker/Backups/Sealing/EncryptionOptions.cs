using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace ProductionReady.Worker.Backups.Sealing;

/// <summary>To whom backups are encrypted; section <c>Backups:Encryption</c>.</summary>
public sealed partial class EncryptionOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Backups:Encryption";

    /// <summary>
    /// Public keys of age (<c>age1…</c>): whoever has the private key of one can read what is stored from then on. To rotate, name
    /// the new one beside the old one, and later the new one alone.
    /// </summary>
    [Required, MinLength(1, ErrorMessage = "Name at least one public key of age (age1…), as age-keygen prints it.")]
    public IReadOnlyList<string> Recipients { get; set; } = [];

    /// <summary>
    /// A file with private keys of age, as <c>age-keygen</c> writes it; without one this Worker can write backups and read none, so
    /// that it neither restores nor drills.
    /// </summary>
    public string? IdentityFile { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var index = 0; index < Recipients.Count; index++)
        {
            if (!Recipient().IsMatch(Recipients[index] ?? ""))
            {
                yield return new ValidationResult("This is no public key of age (age1…).", [$"{nameof(Recipients)}:{index}"]);
            }
        }

        if (IdentityFile is { Length: > 0 } file && !File.Exists(file))
        {
            yield return new ValidationResult($"There is no file {file}.", [nameof(IdentityFile)]);
        }
    }

    // Bech32 (BIP 173) of 32 bytes under the prefix "age": 58 characters after the separator.
    [GeneratedRegex("^age1[023456789acdefghjklmnpqrstuvwxyz]{58}$")]
    private static partial Regex Recipient();
}
