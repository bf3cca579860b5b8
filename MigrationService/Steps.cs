namespace ProductionReady.MigrationService;

/// <summary>Runs named steps and logs how long each took.</summary>
internal sealed class Steps(ILogger<Steps> logger, TimeProvider time)
{
    public Task RunAsync(string name, Func<Task> step) => RunAsync(name, async () =>
    {
        await step();
        return true;
    });

    public async Task<TResult> RunAsync<TResult>(string name, Func<Task<TResult>> step)
    {
        var started = time.GetTimestamp();
        try
        {
            var result = await step();
            logger.StepDone(name, Elapsed());
            return result;
        }
        catch
        {
            logger.StepFailed(name, Elapsed());
            throw;
        }

        long Elapsed() => (long)time.GetElapsedTime(started).TotalMilliseconds;
    }
}
