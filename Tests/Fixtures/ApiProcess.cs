using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace ProductionReady.Tests.Fixtures;

/// <summary>An Api in a process of its own, which can be told to stop and killed; killed when disposed, if it still runs.</summary>
public sealed partial class ApiProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitsWithin = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private volatile Uri? _address;

    private ApiProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts one on a port that the system chooses, for nobody else can take that first, and waits until it is ready.</summary>
    /// <param name="environment">Configuration, keys with two underscores for a colon.</param>
    public static async Task<ApiProcess> StartAsync(IReadOnlyDictionary<string, string> environment)
    {
        var api = new ApiProcess(ServiceRun.Start(
            "Api", new Dictionary<string, string>(environment)
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Mail__PublicUrl"] = "https://app.example",
                ["Mail__From"] = "no-reply@app.example",
                ["Mail__Smtp__Host"] = "127.0.0.1",
            }));
        try
        {
            await Eventually.BecomesTrueAsync("the Api is ready", ReadyWithin, api.IsReadyAsync);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client without credentials.</summary>
    public HttpClient NewClient() => new() { BaseAddress = _address };

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Waits until it ends.</summary>
    public async Task<ServiceRun> ExitAsync()
    {
        using var bound = new CancellationTokenSource(ExitsWithin);
        await _process.WaitForExitAsync(bound.Token);
        return new ServiceRun(_process.ExitCode, Output());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _address = new Uri(match.Groups[1].Value);
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        _process.HasExited.ShouldBeFalse(Output());
        if (_address is null)
        {
            return false;
        }

        using var probe = NewClient();
        using var answer = await probe.GetAsync("/health/ready");
        return answer.IsSuccessStatusCode;
    }

    [GeneratedRegex("""Now listening on: (http:[^\s"]+)""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
