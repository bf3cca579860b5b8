using System.Globalization;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// Takes a file into a tenant's address book. While one batch is stored, the next is read; each is a transaction of its
/// own, so an upload that breaks off leaves the batches before it, and sending the file again adds what is missing.
/// Contacts are matched by e-mail address without regard to case, and those without one by all their fields.
/// </summary>
/// <param name="store">The tenant's contacts.</param>
/// <param name="reader">The file.</param>
/// <param name="plan">The tenant's plan, asked for at each batch: what it has no room for is rejected.</param>
/// <param name="time">Stamps what is stored.</param>
public sealed class ContactImport(ImportStore store, IContactReader reader, Func<CancellationToken, ValueTask<Plan>> plan, TimeProvider time)
{
    /// <summary>Bytes of a file.</summary>
    public const long MaxBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Records of a file: bounds the memory for finding repeated e-mail addresses, see <see cref="SeenKeys"/>.</summary>
    public const int MaxRecords = 5_000_000;

    private static readonly Task<(long, long, long)> NothingStored = Task.FromResult((0L, 0L, 0L));

    private readonly ImportTally _tally = new();
    private readonly UuidSequence _ids = new(time);
    private readonly SeenKeys _emails = new();
    private readonly List<BrokenRule> _broken = [];
    private SeenKeys? _withoutEmail;
    private string? _statement;
    private string? _statementWithin;
    private readonly Queue<long> _leftOut = new();
    private long _limit;
    private ImportBatch _filling = new();
    private ImportBatch _storing = new();
    private Task<(long Created, long Updated, long Unchanged)> _stored = NothingStored;

    /// <summary>Records read so far.</summary>
    public long Received => _tally.Received;

    /// <summary>Reads the file to its end and stores what is good of it.</summary>
    /// <exception cref="UnreadableFileException">The file as a whole cannot be read; nothing was stored.</exception>
    public async Task<ImportReport> RunAsync(CancellationToken cancellationToken)
    {
        var complete = true;
        try
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                _tally.Receive();
                if (_tally.Received > MaxRecords)
                {
                    _tally.Reject(reader.Line, new BrokenRule(null, string.Create(
                        CultureInfo.InvariantCulture, $"comes after {MaxRecords} records, the most that one file may have; send the rest in another")));
                    complete = false;
                    break;
                }

                await TakeAsync(cancellationToken);
            }

            await StoreAsync(cancellationToken);
        }
        finally
        {
            // Also when the upload broke off: the connection must not be given back while a batch is under way.
            await SettleAsync();
        }

        return _tally.Report(complete && !reader.Stopped);
    }

    private async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        if (reader.Unreadable is { } unreadable)
        {
            _tally.Reject(reader.Line, unreadable);
            return;
        }

        _broken.Clear();
        if (ContactRules.Check(reader.Draft, _broken) is not { } contact)
        {
            _tally.Reject(reader.Line, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_broken));
            return;
        }

        if (contact.Email is null)
        {
            _withoutEmail ??= await ReadWithoutEmailAsync(cancellationToken);
            if (_withoutEmail.Add(AllFields(contact), reader.Line) is not null)
            {
                _tally.Keep(1);
                return;
            }
        }
        else if (_emails.Add(contact.Email.ToLowerInvariant(), reader.Line) is { } earlier)
        {
            _tally.Reject(reader.Line, new BrokenRule(ContactField.Email, string.Create(
                CultureInfo.InvariantCulture, $"is a duplicate of the e-mail address on line {earlier}; case makes no difference")));
            return;
        }

        _filling.Add(reader.Line, _ids.Next(), contact);
        if (_filling.Count == ImportBatch.Size)
        {
            await StoreAsync(cancellationToken);
        }
    }

    /// <summary>Starts to store the batch that was filled, once the one before is stored.</summary>
    private async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        await SettleAsync();
        if (_filling.Count > 0)
        {
            (_filling, _storing) = (_storing, _filling);
            _filling.Clear();
            _stored = MergeAsync(_storing, cancellationToken);
        }
    }

    private async Task<(long Created, long Updated, long Unchanged)> MergeAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        var allowed = await plan(cancellationToken);
        allowed.CheckStorage();
        if (allowed.MaxContacts is { } limit)
        {
            return await MergeWithinAsync(batch, limit, cancellationToken);
        }

        _statement ??= MergeStatement.For(reader.Fields);
        var (created, updated) = await store.MergeAsync(_statement, batch, time.GetUtcNow().UtcDateTime, cancellationToken);
        return (created, updated, batch.Count - created - updated);
    }

    private async Task<(long Created, long Updated, long Unchanged)> MergeWithinAsync(ImportBatch batch, long limit, CancellationToken cancellationToken)
    {
        _statementWithin ??= MergeStatement.Within(reader.Fields);
        var (created, updated, leftOut) = await store.MergeWithinAsync(
            _statementWithin, limit, batch, time.GetUtcNow().UtcDateTime, cancellationToken);
        var without = leftOut.ToHashSet();
        for (var i = 0; i < batch.Count; i++)
        {
            if (without.Contains(batch.Ids[i]))
            {
                _leftOut.Enqueue(batch.Lines[i]);
            }
        }

        _limit = limit;
        return (created, updated, batch.Count - created - updated - leftOut.Count);
    }

    private async ValueTask SettleAsync()
    {
        var stored = _stored;
        _stored = NothingStored;
        var (created, updated, unchanged) = await stored;
        _tally.Store(created, updated, unchanged);
        while (_leftOut.TryDequeue(out var line))
        {
            _tally.Reject(line, new BrokenRule(null, string.Create(CultureInfo.InvariantCulture, $"comes after {_limit} contacts, the most that the plan allows")));
        }
    }

    private async Task<SeenKeys> ReadWithoutEmailAsync(CancellationToken cancellationToken)
    {
        await SettleAsync();
        var known = new SeenKeys();
        await store.ReadWithoutEmailAsync(contact => known.Add(AllFields(contact), line: 0), cancellationToken);
        return known;
    }

    private static string AllFields(ContactFields contact) => string.Create(
        CultureInfo.InvariantCulture, $"{contact.Name}\0{contact.Phone}\0{contact.Address}\0{contact.Age}\0{StoredText.Of(contact.Gender)}");
}
