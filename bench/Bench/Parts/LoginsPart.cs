using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Npgsql;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>Whether the time of a refused sign-in tells who has an account.</summary>
internal sealed class LoginsPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    private const int SamplesARound = 30;
    private const int WarmUps = 10;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await using var api = await RealApi.StartAsync(stage, cancellation);
        var tenants = new List<SignedUpTenant>();
        foreach (var slug in (string[])["wrong-one", "disabled-one", "without-one"])
        {
            tenants.Add(await SignedUpTenant.CreateAsync(api, slug, cancellation));
        }

        await ChangeAsync(stage, "UPDATE users SET state = 'disabled' WHERE tenant_id = $1", tenants[1].Id, cancellation);
        await ChangeAsync(stage, "UPDATE users SET password_hash = NULL WHERE tenant_id = $1", tenants[2].Id, cancellation);
        (string Kind, string Tenant, string Email)[] kinds =
        [
            ("wrong password", "wrong-one", tenants[0].Email),
            ("unknown user", "wrong-one", "nobody@wrong-one.example.com"),
            ("unknown tenant", "no-such-one", tenants[0].Email),
            ("disabled user", "disabled-one", tenants[1].Email),
            ("user without a password", "without-one", tenants[2].Email),
        ];

        using var client = new HttpClient { BaseAddress = api.Address };
        var samples = kinds.Select(_ => new List<double>()).ToArray();
        for (var i = -WarmUps; i < settings.Rounds * SamplesARound; i++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var milliseconds = await RefusedAsync(client, kinds[kind].Tenant, kinds[kind].Email, cancellation);
                if (i >= 0)
                {
                    samples[kind].Add(milliseconds);
                }
            }
        }

        var wrong = Spread.Of(samples[0]).Median;
        var table = new Table("refused because of", "ms", "difference of the medians", "goal");
        var chart = new BarChart("Refused sign-ins");
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            var spread = Spread.Of(samples[kind]);
            var difference = 100 * (spread.Median - wrong) / wrong;
            table.Add(
                kinds[kind].Kind, spread.Text("0.0"), kind == 0 ? "" : FormattableString.Invariant($"{difference:+0.00;-0.00} %"),
                kind == 0 ? "" : new Goal(5, AtLeast: false).Judge(Math.Abs(difference), " %"));
        }

        chart.Add("time of the answer", "ms; line: least to most", "0.0", [.. kinds.Zip(samples, (kind, own) => (kind.Kind, Spread.Of(own)))]);
        await results.WriteAsync("logins", "Refused sign-ins", Method(), table.ToString(), chart, cancellation);
    }

    private static async Task<double> RefusedAsync(HttpClient client, string tenant, string email, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsJsonAsync("/api/v1/auth/login", new { tenant, email, password = "a guess, no more" }, cancellation);
        var elapsed = Stopwatch.GetElapsedTime(clock);
        return answer.StatusCode == HttpStatusCode.Unauthorized
            ? elapsed.TotalMilliseconds
            : throw new BenchException($"A sign-in that should be refused gave {(int)answer.StatusCode}.");
    }

    private static async Task ChangeAsync(Stage stage, string sql, Guid tenantId, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(stage.Postgres.AsAdministrator);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tenantId } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private string Method() =>
        $"Median (least to most) of {settings.Rounds * SamplesARound} sign-ins of each kind, one after the other and each kind in turn, over one "
        + "connection on loopback; lockout and rate limits are out of reach. The difference is that to a wrong password.";
}
