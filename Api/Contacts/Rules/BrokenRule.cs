namespace ProductionReady.Api.Contacts.Rules;

/// <summary>One thing that is wrong with a contact.</summary>
/// <param name="Field">As in <see cref="ContactField"/>; null when it is about the contact as a whole.</param>
/// <param name="Reason">For a person; does not repeat the value.</param>
public readonly record struct BrokenRule(string? Field, string Reason)
{
    /// <summary>The reason as a sentence, as the <c>errors</c> of problems have them.</summary>
    public string Sentence => SentenceOf(Reason);

    /// <summary>A reason as a sentence.</summary>
    public static string SentenceOf(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..] + ".";
}
