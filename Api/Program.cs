using ProductionReady.Api;
using ProductionReady.ServiceDefaults;
using ProductionReady.ServiceDefaults.Configuration;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApi();

var app = builder.Build();
app.UseApi();
app.MapApi();

return await app.RunToExitCodeAsync();
