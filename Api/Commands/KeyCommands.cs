using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Commands;

/// <summary><c>keys list | rotate | rewrap</c>: the keys that sign access tokens, and what the key encryption key wraps.</summary>
internal static class KeyCommands
{
    private const string Row = "{0,-43}  {1,-9}  {2,-16}  {3,-16}  {4}";

    public static Command Create(TextWriter output)
    {
        var now = new Option<bool>("--now") { Description = "The present key may be stolen: the new one signs at once, and what others signed is refused at once." };
        var list = new Command("list", "Lists the keys, newest first.");
        var rotate = new Command("rotate", "Makes a new key: published now, signing when every instance knows it.") { now };
        var rewrap = new Command("rewrap", "Wraps with Identity:KeyEncryptionKey what one of Identity:PreviousKeyEncryptionKeys wrapped, of the service and of every tenant.");
        list.SetAction((_, cancellation) => CommandHost.RunAsync(services => ListAsync(services, output, cancellation), cancellation));
        rotate.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            services => RotateAsync(services, parsed.GetValue(now), output, cancellation), cancellation));
        rewrap.SetAction((_, cancellation) => CommandHost.RunAsync(
            services => RewrapAsync(services, output, cancellation), "Failed; what is wrapped anew by now stays so, and the command can be given again", cancellation));
        return new Command("keys", "The keys that sign access tokens.") { list, rotate, rewrap };
    }

    private static async Task ListAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var wrapping = services.GetRequiredService<KeyWrapping>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var keys = await services.GetRequiredService<SigningKeyStore>().All().ToListAsync(cancellationToken);
        var signing = keys.FirstOrDefault(key => key.ActivatedAt <= now && !(key.RetiresAt <= now) && SigningKeyPair.Open(key, wrapping) is not null);
        await output.WriteLineAsync(Format("KID", "STATE", "MADE (UTC)", "SIGNS FROM", "HONOURED UNTIL"));
        foreach (var key in keys)
        {
            await output.WriteLineAsync(Format(key.Kid, State(key), Time(key.CreatedAt), Time(key.ActivatedAt), key.RetiresAt is { } end ? Time(end) : "-"));
        }

        string State(SigningKey key) =>
            key.RetiresAt <= now ? "retired"
            : SigningKeyPair.Open(key, wrapping) is null ? "foreign"
            : key == signing ? "signing"
            : key.ActivatedAt > now ? "published"
            : "honoured";
    }

    private static async Task RotateAsync(IServiceProvider services, bool atOnce, TextWriter output, CancellationToken cancellationToken)
    {
        var key = await services.GetRequiredService<KeyRotation>().RotateAsync(atOnce, cancellationToken);
        await output.WriteLineAsync(atOnce
            ? $"{key.Kid} signs at once, and no other key is accepted."
            : $"{key.Kid} is published and signs from {Time(key.ActivatedAt)} UTC on.");
    }

    private static async Task RewrapAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        await WriteAsync("signing keys", await services.GetRequiredService<KeyRewrapping>().RunAsync(cancellationToken));
        foreach (var (name, count) in await services.GetRequiredService<TenantSecretRewrapping>().RunAsync(cancellationToken))
        {
            await WriteAsync(name, count);
        }

        Task WriteAsync(string name, RewrapCount count) =>
            output.WriteLineAsync($"{count.Rewrapped} {name} wrapped anew, {count.UpToDate} were already, {count.Foreign} open with no key.");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Format(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns);
}
