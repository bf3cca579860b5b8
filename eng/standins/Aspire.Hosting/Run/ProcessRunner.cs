using Aspire.Hosting.ApplicationModel;
namespace Aspire.Hosting.Run;
internal sealed class ProcessRunner
{
    public Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string id, string command, CancellationToken cancellationToken) => Task.FromResult(CommandResults.Success());
}
