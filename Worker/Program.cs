using ProductionReady.Worker.Commands;

return await WorkerCommands.RunAsync(args);
