using System.ComponentModel;
using System.Diagnostics;

namespace ProductionReady.AppHost;

/// <summary>Asks whether a container runtime answers on this machine; a client without its engine does not count.</summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The runtime that answers, <c>docker</c> before <c>podman</c>, or null. ASPIRE_CONTAINER_RUNTIME (before Aspire 9.1
    /// DOTNET_ASPIRE_CONTAINER_RUNTIME) names the only one to ask, as it does for Aspire itself.
    /// </summary>
    public static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME");
        string[] candidates = string.IsNullOrWhiteSpace(named) ? ["docker", "podman"] : [named.Trim()];
        return candidates.AsParallel().AsOrdered().WithDegreeOfParallelism(candidates.Length).Where(Answers).FirstOrDefault();
    }

    private static bool Answers(string runtime)
    {
        var question = new ProcessStartInfo(runtime, ["ps", "--quiet"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var client = Process.Start(question)!;
            client.OutputDataReceived += (_, _) => { };
            client.ErrorDataReceived += (_, _) => { };
            client.BeginOutputReadLine();
            client.BeginErrorReadLine();
            if (client.WaitForExit(Patience))
            {
                return client.ExitCode == 0;
            }

            client.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
