namespace ProductionReady.Worker.Commands;

/// <summary>Prints the steps of a restore as they come; of a step that repeats itself, at most two lines a second.</summary>
internal sealed class RestoreProgress(TextWriter output) : IProgress<string>
{
    private const int Every = 500;
    private readonly Lock writing = new();
    private string kind = "";
    private long writtenAt;

    /// <inheritdoc/>
    public void Report(string value)
    {
        lock (writing)
        {
            var now = Environment.TickCount64;
            var its = value.Split(':')[0];
            if (its == kind && now - writtenAt < Every)
            {
                return;
            }

            (kind, writtenAt) = (its, now);
            output.WriteLine(value);
        }
    }
}
