using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>One run of an AppHost's entry point, on a thread of its own, which a test holds until it has had its say.</summary>
internal sealed class EntryPointRun(
    Assembly appHost,
    string[] args,
    Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure) : IAsyncDisposable
{
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the entry point does, with its exception if it throws one.</summary>
    public Task Ended => _ended.Task;

    public async Task<IDistributedApplicationTestingBuilder> BeginAsync(CancellationToken cancellationToken)
    {
        var entryPoint = appHost.EntryPoint
            ?? throw new InvalidOperationException($"'{appHost.GetName().Name}' has no entry point, so it is no AppHost.");
        new Thread(() => Run(entryPoint)) { IsBackground = true, Name = $"{appHost.GetName().Name} entry point" }.Start();
        return new TestingBuilder(this, await _described.Task.WaitAsync(cancellationToken));
    }

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult(true);
        return new TestedApplication(this, await _built.Task.WaitAsync(cancellationToken));
    }

    public Task StartAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    /// <summary>Ends the application, and waits until nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_mayBuild.TrySetResult(false))
        {
            await Ended.ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (!_built.Task.IsCompletedSuccessfully)
        {
            return;
        }

        var application = await _built.Task;
        if (!Ended.IsCompleted)
        {
            application.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await Ended.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await application.DisposeAsync();
    }

    private void Run(MethodInfo entryPoint)
    {
        BuilderHooks.Current = new BuilderHooks
        {
            Creating = (options, settings) => TestSettings.Apply(appHost, args, configure, options, settings),
            Building = Hold,
            Built = application => _built.TrySetResult(application),
            Started = () => _started.TrySetResult(),
        };
        Exception? failure = null;
        try
        {
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, entryPoint.GetParameters().Length == 0 ? [] : [args], null);
        }
        catch (AbandonedException)
        {
            // The test ended without building the application.
        }
        catch (Exception e)
        {
            failure = e;
        }

        End(failure);
    }

    private void Hold(DistributedApplicationBuilder builder)
    {
        builder.Services.AddHttpClient();
        _described.TrySetResult(builder);
        if (!_mayBuild.Task.GetAwaiter().GetResult())
        {
            throw new AbandonedException();
        }
    }

    private void End(Exception? failure)
    {
        var why = failure ?? new InvalidOperationException("The AppHost's entry point ended without getting this far.");
        foreach (var fail in new Func<Exception, bool>[] { _described.TrySetException, _built.TrySetException, _started.TrySetException })
        {
            fail(why);
        }

        if (failure is null)
        {
            _ended.TrySetResult();
        }
        else
        {
            _ended.TrySetException(failure);
        }
    }

    private sealed class AbandonedException : Exception;
}
