using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ProductionReady.Data.Conventions;

/// <summary>Stores an enum as its <see cref="StoredText"/>.</summary>
internal sealed class StoredTextConverter<TEnum>() : ValueConverter<TEnum, string>(
    value => StoredText.Of(value),
    word => StoredText.Parse<TEnum>(word))
    where TEnum : struct, Enum;
