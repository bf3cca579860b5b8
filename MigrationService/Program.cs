using ProductionReady.MigrationService;

return await MigrationCommandLine.RunAsync(args, Console.Out, Console.Error);
