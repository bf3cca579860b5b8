using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;

namespace ProductionReady.Bench.Parts;

/// <summary>Revokes at one instance and asks another one until it refuses.</summary>
internal sealed class RevocationReach(Contestant here, Contestant there, SignedUpTenant tenant)
{
    private const string Sessions = "/api/v1/auth/sessions";

    /// <summary>The calls of the user's own that revoke.</summary>
    internal static IReadOnlyList<string> Ways { get; } = ["logout", "logout everywhere", "a session of the list"];

    /// <summary>Milliseconds from the answer to the revoking call until the last request began that was let in; 0 when none was.</summary>
    internal async Task<double> MeasureAsync(string way, CancellationToken cancellation)
    {
        var other = await tenant.SignInAsync(cancellation);
        var victim = await tenant.SignInAsync(cancellation);
        using var client = Client(there, victim);
        using (var before = await client.GetAsync(Sessions, cancellation))
        {
            before.EnsureSuccessStatusCode();
        }

        await RevokeAsync(way, other, victim, cancellation);
        var answered = Stopwatch.StartNew();
        for (var lastLetIn = 0d; ;)
        {
            var begun = answered.Elapsed;
            using var answer = await client.GetAsync($"{Sessions}?limit=1", cancellation);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                return lastLetIn;
            }

            lastLetIn = begun.TotalMilliseconds;
        }
    }

    private async Task RevokeAsync(string way, string other, string victim, CancellationToken cancellation)
    {
        using HttpClient asOther = Client(here, other), asVictim = Client(here, victim);
        using var answer = way switch
        {
            "logout" => await asVictim.PostAsync("/api/v1/auth/logout", null, cancellation),
            "logout everywhere" => await asOther.PostAsync("/api/v1/auth/logout-everywhere", null, cancellation),
            _ => await asOther.DeleteAsync($"{Sessions}/{AccessTokenText.Session(victim)}", cancellation),
        };
        if (answer.StatusCode != HttpStatusCode.NoContent)
        {
            throw new BenchException($"{way} gave {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }

    private static HttpClient Client(Contestant api, string token) => new()
    {
        BaseAddress = api.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
