using System.Reflection;

namespace Aspire.Hosting.Run;

/// <summary>How resources are run.</summary>
/// <param name="AppHost">The AppHost's assembly, whose configuration projects are run in.</param>
/// <param name="LogsToHost">Whether what resources write goes to the AppHost's log instead of its console.</param>
internal sealed record RunSettings(Assembly? AppHost, bool LogsToHost);
