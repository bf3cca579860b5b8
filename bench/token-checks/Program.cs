using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.TokenChecks;

// Checks access tokens on one thread with the Api's own classes and prints how many a second of CPU time, a figure a round:
// "signature", as for a token that is seen for the first time, and "remembered", as at each use after that.
var rounds = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
var turn = TimeSpan.FromSeconds(1);
var keys = new OneKey();
var validator = new AccessTokenValidator(keys, Options.Create(new IdentityOptions()), TimeProvider.System);
var memory = new RevocationMemory(TimeProvider.System);
var cache = new AccessTokenCache();
var tokens = Enumerable.Range(0, 1_000).Select(_ => keys.Token()).ToArray();
foreach (var token in tokens)
{
    cache.Add(token, await validator.ValidateAsync(token, CancellationToken.None) ?? throw new InvalidOperationException("A good token was refused."));
}

var results = new Dictionary<string, List<double>> { ["signature"] = [], ["remembered"] = [] };
for (var round = -2; round < rounds; round++)
{
    // The first two rounds are for the compiler.
    var signature = await RateAsync(async token => await validator.ValidateAsync(token, CancellationToken.None) is not null);
    var remembered = await RateAsync(token =>
    {
        memory.Compared(TimeProvider.System.GetTimestamp());
        return ValueTask.FromResult(
            cache.Find(token) is { } known && validator.IsStillGood(known) && memory.Look(known.Principal, database: null) == RevocationState.Good);
    });
    if (round >= 0)
    {
        results["signature"].Add(signature);
        results["remembered"].Add(remembered);
    }
}

Console.WriteLine(JsonSerializer.Serialize(results));

async Task<double> RateAsync(Func<string, ValueTask<bool>> isGood)
{
    using var process = Process.GetCurrentProcess();
    var clock = Stopwatch.StartNew();
    var before = process.TotalProcessorTime;
    var count = 0L;
    while (clock.Elapsed < turn)
    {
        foreach (var token in tokens.AsMemory((int)(count % tokens.Length), 100).ToArray())
        {
            count += await isGood(token) ? 1 : throw new InvalidOperationException("A good token was refused.");
        }
    }

    process.Refresh();
    return count / (process.TotalProcessorTime - before).TotalSeconds;
}
