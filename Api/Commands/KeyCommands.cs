using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Commands;

/// <summary><c>keys list | rotate | rewrap</c>: the keys that sign access tokens.</summary>
internal static class KeyCommands
{
    private const string Row = "{0,-43}  {1,-9}  {2,-16}  {3,-16}  {4}";

    public static Command Create(TextWriter output)
    {
        var now = new Option<bool>("--now") { Description = "The present key may be stolen: the new one signs at once, and what others signed is refused at once." };
        var list = new Command("list", "Lists the keys, newest first.");
        var rotate = new Command("rotate", "Makes a new key: published now, signing when every instance knows it.") { now };
        var rewrap = new Command("rewrap", "Wraps with Identity:KeyEncryptionKey what one of Identity:PreviousKeyEncryptionKeys wrapped.");
        list.SetAction((_, cancellation) => CommandHost.RunAsync(services => ListAsync(services, output, cancellation), cancellation));
        rotate.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            services => RotateAsync(services, parsed.GetValue(now), output, cancellation), cancellation));
        rewrap.SetAction((_, cancellation) => CommandHost.RunAsync(services => RewrapAsync(services, output, cancellation), cancellation));
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
        var count = await services.GetRequiredService<KeyRewrapping>().RunAsync(cancellationToken);
        await output.WriteLineAsync($"{count.Rewrapped} signing keys wrapped anew, {count.UpToDate} were already, {count.Foreign} open with no key.");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Format(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns);
}
