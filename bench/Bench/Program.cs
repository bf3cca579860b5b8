using System.CommandLine;
using ProductionReady.Bench;

return await BenchCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
});
