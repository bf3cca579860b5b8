using ProductionReady.AppHost;
using ProductionReady.AppHost.Embedded;
using ProductionReady.ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);

var servers = ServerChoice.Make(builder);
Console.WriteLine(servers.Sentence);
if (servers.Problem is { } problem)
{
    Console.Error.WriteLine(problem);
    return 1;
}

// Secrets: generated once, kept in the user secrets of this project.
builder.UseKeptSecrets();
var postgresPassword = Secret("postgres-password");
var apiPassword = Secret("api-db-password");
var workerPassword = Secret("worker-db-password");
var backupPassword = Secret("backup-db-password");
var cachePassword = Secret("cache-password");
var keyEncryptionKey = Secret("key-encryption-key", length: 43);

// PostgreSQL and Redis.
var (appdb, postgres, cache) = servers.Embedded is { } embedded
    ? builder.AddEmbeddedServers(embedded, postgresPassword, cachePassword)
    : builder.AddContainerServers(postgresPassword, cachePassword);

// One role of the database each: no service is a superuser.
var appdbApi = Role(ResourceNames.ApiDatabase, "app_api", apiPassword);
var appdbWorker = Role(ResourceNames.WorkerDatabase, "app_worker", workerPassword);
var appdbBackup = Role(ResourceNames.BackupDatabase, "app_backup", backupPassword);

var migrations = InThisEnvironment(builder.AddProject<Projects.MigrationService>(ResourceNames.Migrations))
    .WithReference(appdb)
    .WithEnvironment("Roles__Api__Password", apiPassword)
    .WithEnvironment("Roles__Worker__Password", workerPassword)
    .WithEnvironment("Roles__Backup__Password", backupPassword)
    .WithEnvironment("Backups__Folder", servers.BackupFolder)
    .WaitFor(appdb);

var api = InThisEnvironment(builder.AddProject<Projects.Api>(ResourceNames.Api))
    .WithHttpEndpoint(port: servers.ApiPort)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health/ready")
    .WithReference(appdbApi)
    .WithReference(cache)
    .WithEnvironment("Identity__KeyEncryptionKey", keyEncryptionKey)
    .WithOutgoingMail(servers.MailFolder)
    .WaitForCompletion(migrations)
    .WaitFor(cache);

InThisEnvironment(builder.AddProject<Projects.Worker>(ResourceNames.Worker))
    .WithReference(appdbWorker)
    .WithReference(appdbBackup)
    .WithReference(cache)
    .WithEnvironment("Backups__Folder", servers.BackupFolder)
    .WithBackupKey(servers.BackupKey)
    .WithBackUpNow(appdbWorker)
    .WaitForCompletion(migrations);

if (builder.ExecutionContext.IsRunMode)
{
    builder.AddConsoleReport(
        api.GetEndpoint("http"),
        resources: [ResourceNames.Postgres, ResourceNames.Cache, ResourceNames.Migrations, ResourceNames.Api, ResourceNames.Worker],
        oneShot: [ResourceNames.Migrations]);
}

builder.Build().Run();
return 0;

IResourceBuilder<ParameterResource> Secret(string name, int length = 22) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = length, Special = false }, secret: true, persist: true);

IResourceBuilder<ConnectionStringResource> Role(string name, string role, IResourceBuilder<ParameterResource> password) =>
    builder.AddConnectionString(name, ReferenceExpression.Create(
        $"Host={postgres.Property(EndpointProperty.Host)};Port={postgres.Property(EndpointProperty.Port)};Username={role};Password={password};Database={ResourceNames.AppDatabase}"));

// Aspire does not hand the AppHost's own environment on.
IResourceBuilder<ProjectResource> InThisEnvironment(IResourceBuilder<ProjectResource> project) => builder.ExecutionContext.IsRunMode
    ? project.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName).WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
    : project;
