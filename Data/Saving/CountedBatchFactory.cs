using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace ProductionReady.Data.Saving;

/// <summary>Makes batches that read what <see cref="CountedUpdateSqlGenerator"/> makes changes answer.</summary>
public sealed class CountedBatchFactory(ModificationCommandBatchFactoryDependencies dependencies, IDbContextOptions options)
    : IModificationCommandBatchFactory
{
    private const int DefaultBatchSize = 1000;

    private readonly int _batchSize = RelationalOptionsExtension.Extract(options).MaxBatchSize ?? DefaultBatchSize;

    /// <inheritdoc/>
    public ModificationCommandBatch Create() => new CountedBatch(dependencies, _batchSize);

    private sealed class CountedBatch(ModificationCommandBatchFactoryDependencies dependencies, int batchSize)
        : AffectedCountModificationCommandBatch(dependencies, batchSize);
}
