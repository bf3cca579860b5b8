using Aspire.Hosting.Run;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Carries out commands on resources.</summary>
public class ResourceCommandService
{
    private readonly DistributedApplicationModel _model;
    private readonly ProcessRunner _runner;

    internal ResourceCommandService(DistributedApplicationModel model, ProcessRunner runner)
    {
        _model = model;
        _runner = runner;
    }

    /// <summary>Carries out a command on a resource, on all its replicas.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        CancellationToken cancellationToken = default)
    {
        var results = await Task.WhenAll(ReplicaIds.Of(resource).Select(id => _runner.ExecuteAsync(resource, id, commandName, cancellationToken)));
        return results.FirstOrDefault(r => !r.Success) ?? results[0];
    }

    /// <summary>Carries out a command on a resource, or on one of its replicas.</summary>
    /// <param name="resourceId">The resource's name, or a replica's.</param>
    /// <param name="commandName">One of <see cref="KnownResourceCommands" />.</param>
    /// <param name="cancellationToken">Calls the command off.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (_model.Resources.FirstOrDefault(r => ResourceNames.Same(r.Name, resourceId)) is { } resource)
        {
            return ExecuteCommandAsync(resource, commandName, cancellationToken);
        }

        return _model.Resources.FirstOrDefault(r => ReplicaIds.Of(r).Contains(resourceId, ResourceNames.Comparer)) is { } owner
            ? _runner.ExecuteAsync(owner, resourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"There is no resource '{resourceId}'."));
    }
}
