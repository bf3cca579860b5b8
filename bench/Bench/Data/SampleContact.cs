using System.Globalization;

namespace ProductionReady.Bench.Data;

/// <summary>The n-th of any number of different, valid contacts; always the same for the same n.</summary>
internal readonly record struct SampleContact(int Number)
{
    private static readonly string[] FirstNames = ["Ada", "Boris", "Chen", "Dilek", "Emeka", "Fatima", "Grete", "Hiro"];
    private static readonly string[] Surnames = ["Almeida", "Brandt", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia"];
    private static readonly string[] Genders = ["female", "male", "unspecified"];

    internal string Name => string.Create(
        CultureInfo.InvariantCulture, $"{FirstNames[Number % FirstNames.Length]} {Surnames[Number % Surnames.Length]} {Number}");

    internal string Email => string.Create(
        CultureInfo.InvariantCulture, $"{FirstNames[Number % FirstNames.Length]}.{Number}@example.com");

    /// <summary>E.164.</summary>
    internal string Phone => string.Create(CultureInfo.InvariantCulture, $"+4930{10_000_000 + Number}");

    internal string Address => string.Create(
        CultureInfo.InvariantCulture, $"{Number % 200 + 1} Example Street, {10_000 + Number % 4_000} Berlin");

    internal short Age => (short)(18 + Number % 80);

    internal string Gender => Genders[Number % Genders.Length];
}
