using ProductionReady.Api;
using ProductionReady.Api.Commands;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;

if (ApiCommands.Are(args))
{
    return await ApiCommands.RunAsync(args, Console.Out, Console.Error);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApi();

var app = builder.Build();
app.UseApi();
app.MapApi();

return await app.RunToExitCodeAsync();
