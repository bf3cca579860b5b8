using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Api.Contacts.VCard;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Storage;
using ProductionReady.Api.Tenants.Plans;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// <c>POST /api/v1/contacts/import</c>: takes a CSV or vCard file of any length as it arrives, and answers 200 with an
/// <see cref="ImportReport"/> even when every record was rejected; 422 is for a file that is not of its type at all.
/// </summary>
public sealed partial class ImportContacts(ImportSlots slots, TenantDatabase database, PlanCache plans, TimeProvider time, ILogger<ImportContacts> logger)
{
    public const string Csv = "text/csv";
    public const string VCard = "text/vcard";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(HttpContext context, Principal principal, ImportContacts import, CancellationToken cancellationToken) =>
        import.RunAsync(context, principal, cancellationToken);

    private async Task<IResult> RunAsync(HttpContext context, Principal principal, CancellationToken cancellationToken)
    {
        IContactReader? reader = MediaTypes.OfUtf8(context.Request) switch
        {
            Csv => new CsvContactReader(context.Request.Body),
            VCard => new VCardContactReader(context.Request.Body, time),
            _ => null,
        };
        if (reader is null)
        {
            return Problems.UnsupportedMediaType("Send the file as text/csv or text/vcard, in UTF-8 and not compressed.");
        }

        await using (reader)
        {
            if (!slots.TryEnter())
            {
                return Problems.Unavailable("imports_busy", Retry, "As many imports as this server runs at once are running.");
            }

            try
            {
                await using var store = await ImportStore.TryOpenAsync(database, principal.TenantId, cancellationToken);
                return store is null
                    ? Problems.Conflict("import_running", "Another import of this tenant is running; try again when it has ended.")
                    : await RunAsync(context, principal, new ContactImport(store, reader, stop => plans.OfAsync(principal.TenantId, held: null, stop), time), cancellationToken);
            }
            catch (UnreadableFileException e)
            {
                return Problems.Unprocessable("file_unreadable", e.Message);
            }
            finally
            {
                slots.Leave();
            }
        }
    }

    private async Task<IResult> RunAsync(HttpContext context, Principal principal, ContactImport import, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var report = await import.RunAsync(cancellationToken);
            LogImported(principal.TenantId, report.Created, report.Updated, report.Unchanged, report.RejectedCount, time.GetElapsedTime(started).TotalSeconds);
            return new ReportAnswer(report);
        }
        catch (Exception e) when (e is not UnreadableFileException)
        {
            LogBrokenOff(principal.TenantId, import.Received, e.Message);
            throw;
        }
    }

    private sealed class ReportAnswer(ImportReport report) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => ContactAnswers.WriteAsync(httpContext, report, ContactJson.Wire.ImportReport);
    }

    [LoggerMessage(LogLevel.Information, "Imported contacts of tenant {TenantId}: {Created} created, {Updated} updated, {Unchanged} unchanged, {Rejected} rejected in {Seconds} s")]
    private partial void LogImported(Guid tenantId, long created, long updated, long unchanged, long rejected, double seconds);

    [LoggerMessage(LogLevel.Warning, "An import of contacts of tenant {TenantId} broke off after {Received} records; the batches before are kept: {Reason}")]
    private partial void LogBrokenOff(Guid tenantId, long received, string reason);
}
