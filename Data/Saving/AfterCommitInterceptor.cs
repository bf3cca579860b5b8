using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ProductionReady.Data.Saving;

/// <summary>Tells a context that its transaction was committed (<see cref="AppDbContext.AfterCommit"/>).</summary>
internal sealed class AfterCommitInterceptor : DbTransactionInterceptor
{
    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Tell(eventData);

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Tell(eventData);
        return Task.CompletedTask;
    }

    private static void Tell(TransactionEndEventData eventData) => (eventData.Context as AppDbContext)?.TransactionCommitted(eventData.TransactionId);
}
