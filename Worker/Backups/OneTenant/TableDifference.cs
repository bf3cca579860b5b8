namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>What bringing a table back does to the tenant's rows of now.</summary>
/// <param name="Table">The table.</param>
/// <param name="Add">Rows that are gone and come back.</param>
/// <param name="Change">Rows that get back what they held.</param>
/// <param name="Delete">Rows made since then that go.</param>
public sealed record TableDifference(string Table, long Add, long Change, long Delete)
{
    /// <summary>Whether nothing happens to it.</summary>
    public bool IsNone => Add + Change + Delete == 0;
}
