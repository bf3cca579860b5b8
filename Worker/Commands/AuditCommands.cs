using System.CommandLine;
using System.Globalization;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenants;
using ProductionReady.Worker.Audit;
using ProductionReady.Worker.Maintenance;

namespace ProductionReady.Worker.Commands;

/// <summary><c>audit verify</c>.</summary>
public static class AuditCommands
{
    private static readonly Option<string> Tenant = new("--tenant") { Description = "Slug of the one tenant whose trail to verify." };

    private static readonly Option<bool> All = new("--all") { Description = "Verifies every tenant's trail; what happens without --tenant anyway." };

    private static readonly Option<AuditAnchor?> Expect = new("--expect")
    {
        Description = "SEQ:HASH of an entry as an export or the log had it, which must still be in the trail of --tenant.",
        CustomParser = result => Parse(result.Tokens[0].Value, () => result.AddError("--expect takes SEQ:HASH, the hash as 64 hexadecimal digits.")),
    };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create()
    {
        var verify = new Command("verify", "Computes audit trails again; ends with 1 when one is broken.") { Tenant, All, Expect };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(All) && result.GetValue(Tenant) is not null)
            {
                result.AddError("--tenant and --all exclude each other.");
            }

            if (result.GetResult(Expect) is not null && result.GetValue(Tenant) is null)
            {
                result.AddError("--expect needs --tenant.");
            }
        });
        verify.SetAction((parsed, cancellationToken) => CommandRun.ToExitCodeAsync(services => VerifyAsync(services, parsed, cancellationToken)));
        return new Command("audit", "Looks after the audit trail.") { verify };
    }

    private static async Task<bool> VerifyAsync(IServiceProvider services, ParseResult parsed, CancellationToken cancellationToken)
    {
        var check = services.GetRequiredService<AuditCheck>();
        var sound = true;
        await foreach (var tenant in TenantsAsync(services, parsed.GetValue(Tenant), cancellationToken))
        {
            var found = await check.VerifyAsync(tenant, parsed.GetValue(Expect), cancellationToken);
            sound &= found.Break is null;
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{tenant}  {(found.Break is { } broken ? $"BROKEN at {broken.Seq}  {broken.Sentence}" : $"sound, {found.Entries} entries, ends with {found.LastSeq}:{Convert.ToHexStringLower(found.LastHash)}")}"));
        }

        return sound;
    }

    private static async IAsyncEnumerable<Guid> TenantsAsync(
        IServiceProvider services, string? slug, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (slug is null)
        {
            await foreach (var tenant in services.GetRequiredService<TenantWalk>().ListAsync(cancellationToken))
            {
                yield return tenant;
            }

            yield break;
        }

        await using var scope = services.CreateAsyncScope();
        yield return await scope.ServiceProvider.GetRequiredService<TenantDirectory>().FindBySlugAsync(slug, cancellationToken)
            ?? throw new UnknownTenantException(slug);
    }

    private static AuditAnchor? Parse(string text, Action refuse)
    {
        var parts = text.Split(':');
        if (parts is [var seq, { Length: 2 * AuditHash.Length } hash] && hash.All(char.IsAsciiHexDigit)
            && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new AuditAnchor(number, Convert.FromHexString(hash));
        }

        refuse();
        return null;
    }
}
