using Npgsql;
using ProductionReady.BareAspNet;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("appdb")!));
builder.Services.AddSingleton(new Contacts.Owner(builder.Configuration.GetValue<Guid>("TenantId")));

var app = builder.Build();
app.MapGet("/api/v1/contacts/{id:guid}", Contacts.ReadAsync);
app.MapPost("/api/v1/contacts", Contacts.CreateAsync);
await app.RunAsync();
